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

/// <summary>A track whose MP3 is to be made in its playlist's format.</summary>
/// <param name="Mp3">Its MP3 as it is.</param>
/// <param name="SampleRate">The playlist's, Hz.</param>
/// <param name="Channels">The playlist's: 1 or 2.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track-to-match")]
public sealed record TrackToMatch([property: Id(0)] Mp3Source Mp3, [property: Id(1)] int SampleRate, [property: Id(2)] int Channels);

/// <summary>Which of its own objects a playlist needs.</summary>
/// <param name="AreComplete">Whether they are all; otherwise more are being made, perhaps of what lies there already.</param>
/// <param name="Keys">The objects.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.objects")]
public sealed record PlaylistObjects([property: Id(0)] bool AreComplete, [property: Id(1)] ImmutableArray<string> Keys);
