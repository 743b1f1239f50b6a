using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Uploads;
using Npgsql;

namespace AudioOrleans.Grains.Uploads;

/// <summary>Updates the upload table with its states.</summary>
public sealed class UploadProjection : IStateProjection<UploadState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, UploadState state, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        await UploadTable.WriteAsync(transaction, ToRow(IdOf(grain), state), cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await UploadTable.RemoveAsync(transaction, IdOf(grain), cancellationToken);

    private static UploadRow ToRow(Guid uploadId, UploadState state) => new()
    {
        UploadId = uploadId,
        OwnerId = state.OwnerId,
        FileName = state.FileName,
        Status = state.Status.ToString().ToLowerInvariant(),
        Format = state.Format,
        SizeBytes = state is { Status: UploadStatus.Receiving, Concat.IsPartial: false } ? 0 : state.SizeBytes, // Its partial uploads count towards the quota.
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
        CoverVersion = state.Cover.Current?.Version,
        CoverPixels = state.Cover.Current?.Pixels,
    };

    private static Guid IdOf(GrainId grain) => GrainKeys.ParseId(grain.Key.ToString()!);
}
