namespace Audio.Orleans.Contracts.Uploads;

/// <summary>Where an upload's files lie in the store.</summary>
/// <param name="OwnerId">Its owner, who may have them.</param>
/// <param name="Status">Where it stands.</param>
/// <param name="OriginalKey">The file as it was sent.</param>
/// <param name="Mp3Key">The same as MP3; null before it is ready.</param>
/// <param name="PlaylistKey">Its media playlist; null before it is ready.</param>
/// <param name="HasArt">Whether there is a cover.</param>
/// <param name="HasWaveform">Whether there is a waveform.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.media")]
public sealed record UploadMedia(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] UploadStatus Status,
    [property: Id(2)] string OriginalKey,
    [property: Id(3)] string? Mp3Key,
    [property: Id(4)] string? PlaylistKey,
    [property: Id(5)] bool HasArt,
    [property: Id(6)] bool HasWaveform);
