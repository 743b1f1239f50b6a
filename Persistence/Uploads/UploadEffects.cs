using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Persistence.Uploads;

/// <summary>Lets the write succeed only if the account has room for the upload. Uploads of one account are checked one after the other.</summary>
/// <param name="UploadId">The upload.</param>
/// <param name="OwnerId">Its account.</param>
/// <param name="SizeBytes">How long it is or may become.</param>
/// <param name="QuotaBytes">How many bytes the account may have in all.</param>
public sealed record CheckUploadQuota(Guid UploadId, Guid OwnerId, long SizeBytes, long QuotaBytes) : IStateEffect
{
    /// <inheritdoc/>
    public bool IsGuard => true;

    /// <inheritdoc/>
    /// <exception cref="UploadQuotaException">There is no room.</exception>
    public async ValueTask ApplyAsync(StateWrite write)
    {
        var left = QuotaBytes - await UploadTable.CountBytesAsync(write.Transaction, OwnerId, UploadId, write.CancellationToken);
        if (left < SizeBytes)
            throw new UploadQuotaException(left);
    }
}

/// <summary>Makes partial uploads part of a final one, together with its state.</summary>
/// <param name="UploadId">The final upload.</param>
/// <param name="OwnerId">Its account.</param>
/// <param name="Partials">The partial uploads.</param>
public sealed record JoinPartialUploads(Guid UploadId, Guid OwnerId, IReadOnlyCollection<Guid> Partials) : IStateEffect
{
    /// <inheritdoc/>
    public bool IsGuard => true;

    /// <inheritdoc/>
    /// <exception cref="PartialUploadsGoneException">One is gone, or part of another upload.</exception>
    public async ValueTask ApplyAsync(StateWrite write)
    {
        if (!await UploadTable.JoinAsync(write.Transaction, OwnerId, UploadId, Partials, write.CancellationToken))
            throw new PartialUploadsGoneException();
    }
}

/// <summary>Partial uploads are gone, or part of another upload: the write is undone.</summary>
public sealed class PartialUploadsGoneException() : Exception("Partial uploads are gone, or part of another upload.");

/// <summary>An account has no room for an upload: the write is undone.</summary>
/// <param name="left">How many bytes are left.</param>
public sealed class UploadQuotaException(long left) : Exception($"The account has room for {left} bytes.")
{
    /// <summary>How many bytes are left; may be negative.</summary>
    public long Left { get; } = left;
}
