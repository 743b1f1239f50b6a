using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Playlists;
using Npgsql;

namespace AudioOrleans.Grains.Playlists;

/// <summary>Updates the playlist tables with their states.</summary>
public sealed class PlaylistProjection : IStateProjection<PlaylistState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, PlaylistState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
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
            CoverVersion = state.Cover.Current?.Version,
            CoverPixels = state.Cover.Current?.Pixels,
        };
        await PlaylistTables.WriteAsync(
            transaction, row,
            [.. state.Tracks.Where(track => track.UploadId is not null).Select(track => track.UploadId!.Value).Distinct()],
            [.. state.Tracks.Where(track => track.Url is not null).Select(track => GrainKeys.External(track.Url!)).Distinct()],
            cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await PlaylistTables.RemoveAsync(transaction, IdOf(grain), cancellationToken);

    private static Guid IdOf(GrainId grain) => GrainKeys.ParseId(grain.Key.ToString()!);
}

/// <summary>Updates the table of external addresses with their states.</summary>
public sealed class ExternalAudioProjection : IStateProjection<ExternalAudioState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, ExternalAudioState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await ExternalAudioTable.WriteAsync(transaction, grain.Key.ToString()!, state.WantedAt.UtcDateTime, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await ExternalAudioTable.RemoveAsync(transaction, grain.Key.ToString()!, cancellationToken);
}
