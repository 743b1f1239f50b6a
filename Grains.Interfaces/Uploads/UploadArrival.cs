namespace Audio.Orleans.Contracts.Uploads;

/// <summary>How far an upload whose bytes are coming has come.</summary>
/// <param name="OwnerId">The sender's account.</param>
/// <param name="Offset">How many bytes are in the store.</param>
/// <param name="Length">How many there will be.</param>
/// <param name="Parts">The parts in the store, in order.</param>
/// <param name="ExpiresAt">Until when they must have come, UTC.</param>
/// <param name="IsComplete">Whether the upload has been taken.</param>
/// <param name="Metadata">What its sender told of it when it began; null for nothing.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.arrival")]
public sealed record UploadArrival(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] long Offset,
    [property: Id(2)] long Length,
    [property: Id(3)] ImmutableArray<Guid> Parts,
    [property: Id(4)] DateTimeOffset ExpiresAt,
    [property: Id(5)] bool IsComplete,
    [property: Id(6)] string? Metadata = null);
