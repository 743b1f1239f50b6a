namespace Audio.Orleans.Contracts.Uploads;

/// <summary>How far an upload whose bytes are coming has come.</summary>
/// <param name="OwnerId">The sender's account.</param>
/// <param name="Offset">How many bytes are in the store.</param>
/// <param name="Length">How many there will be; while that is deferred, how many there may be.</param>
/// <param name="Parts">The parts in the store, in order.</param>
/// <param name="ExpiresAt">Until when they must have come, UTC.</param>
/// <param name="IsComplete">Whether the upload has been taken.</param>
/// <param name="Metadata">What its sender told of it when it began; null for nothing.</param>
/// <param name="Concat">What part it takes in a concatenation; null for none.</param>
/// <param name="IsLengthDeferred">Whether its length is yet to be told.</param>
/// <param name="QuotaLeft">The account has no room for what was to be written down, which was not: how many bytes the upload may have; null when there was.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.arrival")]
public sealed record UploadArrival(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] long Offset,
    [property: Id(2)] long Length,
    [property: Id(3)] ImmutableArray<Guid> Parts,
    [property: Id(4)] DateTimeOffset ExpiresAt,
    [property: Id(5)] bool IsComplete,
    [property: Id(6)] string? Metadata = null,
    [property: Id(7)] UploadConcat? Concat = null,
    [property: Id(8)] bool IsLengthDeferred = false,
    [property: Id(9)] long? QuotaLeft = null)
{
    /// <summary>Whether it is a partial upload, which becomes no file by itself.</summary>
    public bool IsPartial => Concat is { IsPartial: true };

    /// <summary>Whether it is made of partial uploads, and takes no bytes of its own.</summary>
    public bool IsFinal => Concat is { IsPartial: false };

    /// <summary>Whether all its bytes are in the store.</summary>
    public bool HasAllBytes => !IsLengthDeferred && Offset == Length;
}
