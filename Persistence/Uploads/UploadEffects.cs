using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Persistence.Uploads;

/// <summary>Rejects the write if the account's quota does not allow the upload. Uploads of one account are checked one at a time.</summary>
/// <param name="UploadId">The upload.</param>
/// <param name="OwnerId">Its account.</param>
/// <param name="SizeBytes">Its actual or maximum size.</param>
/// <param name="QuotaBytes">The account's total quota in bytes.</param>
public sealed record CheckUploadQuota(Guid UploadId, Guid OwnerId, long SizeBytes, long QuotaBytes) : IStateEffect
{
    /// <inheritdoc/>
    public bool IsGuard => true;

    /// <inheritdoc/>
    /// <exception cref="UploadQuotaException">The quota is exceeded.</exception>
    public async ValueTask ApplyAsync(StateWrite write)
    {
        var left = QuotaBytes - await UploadTable.CountBytesAsync(write.Transaction, OwnerId, UploadId, write.CancellationToken);
        if (left < SizeBytes)
            throw new UploadQuotaException(left);
    }
}

/// <summary>Assigns partial uploads to a final one, together with its state.</summary>
/// <param name="UploadId">The final upload.</param>
/// <param name="OwnerId">Its account.</param>
/// <param name="Partials">The partial uploads.</param>
public sealed record JoinPartialUploads(Guid UploadId, Guid OwnerId, IReadOnlyCollection<Guid> Partials) : IStateEffect
{
    /// <inheritdoc/>
    public bool IsGuard => true;

    /// <inheritdoc/>
    /// <exception cref="PartialUploadsGoneException">One is gone, or belongs to another upload.</exception>
    public async ValueTask ApplyAsync(StateWrite write)
    {
        if (!await UploadTable.JoinAsync(write.Transaction, OwnerId, UploadId, Partials, write.CancellationToken))
            throw new PartialUploadsGoneException();
    }
}

/// <summary>Partial uploads are gone, or belong to another upload: the write is rolled back.</summary>
public sealed class PartialUploadsGoneException() : Exception("Partial uploads no longer exist, or are part of another upload.");

/// <summary>The account's quota does not allow the upload: the write is rolled back.</summary>
/// <param name="left">How many bytes are left.</param>
public sealed class UploadQuotaException(long left) : Exception($"The account has room for {left} more bytes.")
{
    /// <summary>How many bytes are left; may be negative.</summary>
    public long Left { get; } = left;
}
