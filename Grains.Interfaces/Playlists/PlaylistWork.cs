using Audio.Orleans.Contracts.Uploads;

namespace Audio.Orleans.Contracts.Playlists;

/// <summary>What a job is to build a playlist of.</summary>
/// <param name="Prefix">Begins the keys of the playlist's own objects; ends with a slash.</param>
/// <param name="Version">The version that is built.</param>
/// <param name="Tracks">The tracks that can be heard, in order.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.work")]
public sealed record PlaylistWork(
    [property: Id(0)] string Prefix, [property: Id(1)] long Version, [property: Id(2)] ImmutableArray<TrackToBuild> Tracks);

/// <summary>A track to build a playlist of.</summary>
/// <param name="TrackId">The track.</param>
/// <param name="Mp3">Its MP3 as it is.</param>
/// <param name="PlaylistKey">Its media playlist.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track-to-build")]
public sealed record TrackToBuild([property: Id(0)] Guid TrackId, [property: Id(1)] Mp3Source Mp3, [property: Id(2)] string PlaylistKey);
