namespace Audio.Orleans.Contracts.Uploads;

/// <summary>A ready upload as a track.</summary>
/// <param name="Title">Its title; null for none.</param>
/// <param name="Artist">Its artist; null for none.</param>
/// <param name="Mp3">Its MP3.</param>
/// <param name="PlaylistKey">Its media playlist in the store.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.track")]
public sealed record UploadTrack(
    [property: Id(0)] string? Title, [property: Id(1)] string? Artist, [property: Id(2)] Mp3Source Mp3, [property: Id(3)] string PlaylistKey);
