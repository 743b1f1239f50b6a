using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Uploads;
using Npgsql;

namespace AudioOrleans.Grains.Uploads;

/// <summary>Keeps the table of uploads and the jobs for them in step with their states.</summary>
public sealed class UploadProjection(JobTable jobs) : IStateProjection<UploadState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, UploadState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(state);
        if (state.Quota is { } quota && quota - await UploadTable.CountBytesAsync(transaction, state.OwnerId, IdOf(grain), cancellationToken) is var left && left < state.SizeBytes)
            throw new UploadQuotaException(left);
        if (state.IsTakingPartials && !await UploadTable.JoinAsync(transaction, state.OwnerId, IdOf(grain), state.Concat!.Partials, cancellationToken))
            throw new PartialUploadsGoneException();
        await UploadTable.WriteAsync(transaction, ToRow(IdOf(grain), state), cancellationToken);
        foreach (var job in state.NewJobs)
            await jobs.EnqueueAsync(transaction, job, cancellationToken);
        if (state.EndingJob is { } lease && !await jobs.CompleteAsync(transaction, lease, cancellationToken))
            throw new LeaseLostException();
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var uploadId = IdOf(grain);
        await jobs.CancelSubjectAsync(transaction, grain.Key.ToString()!, cancellationToken);
        if (await UploadTable.RemoveAsync(transaction, uploadId, cancellationToken) is { } ownerId)
            await jobs.EnqueueAsync(transaction, StorageJobs.DeleteAll(UploadKeys.Prefix(ownerId, uploadId)), cancellationToken);
    }

    private static UploadRow ToRow(Guid uploadId, UploadState state) => new()
    {
        UploadId = uploadId,
        OwnerId = state.OwnerId,
        FileName = state.FileName,
        Status = state.Status.ToString().ToLowerInvariant(),
        Format = state.Format,
        SizeBytes = state is { Status: UploadStatus.Receiving, Concat.IsPartial: false } ? 0 : state.SizeBytes, // Its partial uploads have the room.
        Sha256 = state.Sha256,
        Title = state.Prepared?.Title,
        Artist = state.Prepared?.Artist,
        Album = state.Prepared?.Album,
        DurationMs = (long?)state.Prepared?.Mp3.Duration.TotalMilliseconds,
        BitsPerSecond = state.Prepared?.BitsPerSecond,
        LoudnessLufs = state.LoudnessLufs,
        HasArt = state.Prepared?.HasArt ?? false,
        HasWaveform = state.IsAnalysed,
        ErrorMessage = state.ErrorMessage,
        Warning = state.Prepared?.Warning,
        DuplicateOf = state.DuplicateOf,
        CreatedAt = state.CreatedAt.UtcDateTime,
        CompletedAt = state.CompletedAt?.UtcDateTime,
        ExpiresAt = state.ExpiresAt?.UtcDateTime,
    };

    private static Guid IdOf(GrainId grain) => GrainKeys.ParseId(grain.Key.ToString()!);
}

/// <summary>Partial uploads are gone, or part of another upload: the write is undone.</summary>
/// <remarks>An OrleansException, since grain storage wraps all others in one before they reach the grain.</remarks>
public sealed class PartialUploadsGoneException() : OrleansException("Partial uploads are gone, or part of another upload.");

/// <summary>An account has no room for an upload: the write is undone.</summary>
/// <remarks>An OrleansException, since grain storage wraps all others in one before they reach the grain.</remarks>
/// <param name="left">How many bytes are left.</param>
public sealed class UploadQuotaException(long left) : OrleansException($"The account has room for {left} bytes.")
{
    /// <summary>How many bytes are left; may be negative.</summary>
    public long Left { get; } = left;
}
