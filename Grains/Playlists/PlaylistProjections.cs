using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Playlists;
using Npgsql;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Keeps the tables of playlists and the jobs for them in step with their states.</summary>
public sealed class PlaylistProjection(JobTable jobs) : IStateProjection<PlaylistState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, PlaylistState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        var row = new PlaylistRow
        {
            PlaylistId = IdOf(grain),
            OwnerId = state.OwnerId,
            Title = state.Title,
            Description = state.Description,
            Visibility = StreamCatalogGrain.ToColumn(state.Visibility),
            Monetized = state.Monetized,
            TrackCount = state.Tracks.Length,
            DurationMs = (long)PlaylistRules.DurationOf(state.Tracks).TotalMilliseconds,
            CreatedAt = state.CreatedAt.UtcDateTime,
            UpdatedAt = state.UpdatedAt.UtcDateTime,
            Revision = state.Revision,
        };
        await PlaylistTables.WriteAsync(transaction, row, [.. state.Tracks.Where(track => track.UploadId is not null).Select(track => track.UploadId!.Value).Distinct()], cancellationToken);
        if (state.NewJob is { } job)
        {
            await jobs.CancelSubjectAsync(transaction, grain.Key.ToString()!, cancellationToken);
            await jobs.EnqueueAsync(transaction, job, cancellationToken);
        }
        if (state.EndingJob is { } lease && !await jobs.CompleteAsync(transaction, lease, cancellationToken))
            throw new LeaseLostException();
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await jobs.CancelSubjectAsync(transaction, grain.Key.ToString()!, cancellationToken);
        await PlaylistTables.RemoveAsync(transaction, IdOf(grain), cancellationToken);
        await jobs.EnqueueAsync(transaction, StorageJobs.DeleteAll(PlaylistKeys.Prefix(IdOf(grain))), cancellationToken);
    }

    private static Guid IdOf(GrainId grain) => GrainKeys.ParseId(grain.Key.ToString()!);
}

/// <summary>Keeps the table of addresses outside and the jobs for them in step with their states.</summary>
public sealed class ExternalAudioProjection(JobTable jobs) : IStateProjection<ExternalAudioState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, ExternalAudioState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        await ExternalAudioTable.WriteAsync(transaction, grain.Key.ToString()!, state.WantedAt.UtcDateTime, cancellationToken);
        foreach (var job in state.NewJobs)
            await jobs.EnqueueAsync(transaction, job, cancellationToken);
        if (state.EndingJob is { } lease && !await jobs.CompleteAsync(transaction, lease, cancellationToken))
            throw new LeaseLostException();
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var key = grain.Key.ToString()!;
        await jobs.CancelSubjectAsync(transaction, key, cancellationToken);
        await ExternalAudioTable.RemoveAsync(transaction, key, cancellationToken);
        await jobs.EnqueueAsync(transaction, StorageJobs.DeleteAll(ExternalKeys.Root(key)), cancellationToken);
    }
}
