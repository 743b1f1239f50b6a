using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>The input of a playlist build.</summary>
/// <param name="Prefix">The key prefix of the playlist's own objects; ends with a slash.</param>
/// <param name="Version">The version to build.</param>
/// <param name="Tracks">The playable tracks, in order.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.work")]
public sealed record PlaylistWork(
    [property: Id(0)] string Prefix, [property: Id(1)] long Version, [property: Id(2)] ImmutableArray<TrackToBuild> Tracks);

/// <summary>A track, or a part of one, in a playlist build.</summary>
/// <param name="TrackId">The track.</param>
/// <param name="Mp3">The MP3 of the track or part.</param>
/// <param name="PlaylistKey">Its media playlist.</param>
/// <param name="FirstSegment">How many of its segments to skip at the start.</param>
/// <param name="Segments">How many segments to play after those; null for all.</param>
/// <param name="Skipped">The duration of the skipped segments.</param>
/// <param name="Follows">Whether its frames continue the previous ones, so that decoders need no reset.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track-to-build")]
public sealed record TrackToBuild(
    [property: Id(0)] Guid TrackId,
    [property: Id(1)] Mp3Source Mp3,
    [property: Id(2)] string PlaylistKey,
    [property: Id(3)] int FirstSegment = 0,
    [property: Id(4)] int? Segments = null,
    [property: Id(5)] TimeSpan Skipped = default,
    [property: Id(6)] bool Follows = false);

/// <summary>A track to transcode to its playlist's format.</summary>
/// <param name="Mp3">Its original MP3.</param>
/// <param name="SampleRate">The playlist's sample rate in Hz.</param>
/// <param name="Channels">The playlist's channel count: 1 or 2.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track-to-match")]
public sealed record TrackToTranscode([property: Id(0)] Mp3Source Mp3, [property: Id(1)] int SampleRate, [property: Id(2)] int Channels);

/// <summary>Two consecutive tracks to join without a gap.</summary>
/// <param name="First">The MP3 of the first track.</param>
/// <param name="FirstPlaylistKey">Its media playlist.</param>
/// <param name="Second">The MP3 of the second track.</param>
/// <param name="SecondPlaylistKey">Its media playlist.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.tracks-to-join")]
public sealed record TracksToJoin(
    [property: Id(0)] Mp3Source First, [property: Id(1)] string FirstPlaylistKey, [property: Id(2)] Mp3Source Second, [property: Id(3)] string SecondPlaylistKey);

/// <summary>The join of two consecutive tracks.</summary>
/// <param name="FirstKey">The MP3 of the first track.</param>
/// <param name="SecondKey">The MP3 of the second track.</param>
/// <param name="Sound">The audio in between; null if the tracks are played without a join.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track-join")]
public sealed record TrackJoin([property: Id(0)] string FirstKey, [property: Id(1)] string SecondKey, [property: Id(2)] JoinSound? Sound);

/// <summary>The audio that replaces the end of one track and the start of the next.</summary>
/// <param name="Mp3">Its MP3.</param>
/// <param name="PlaylistKey">Its media playlist.</param>
/// <param name="Before">The rest of the first track, before the join.</param>
/// <param name="Replaced">The part of the second track that it replaces.</param>
/// <param name="Positions">Of the rest of the second track, as <see cref="Mp3Source.Positions"/>.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.join-sound")]
public sealed record JoinSound(
    [property: Id(0)] Mp3Source Mp3,
    [property: Id(1)] string PlaylistKey,
    [property: Id(2)] TrackStretch Before,
    [property: Id(3)] TrackStretch Replaced,
    [property: Id(4)] ImmutableArray<int> Positions);

/// <summary>The start of a track, up to some position.</summary>
/// <param name="Segments">Its length in segments.</param>
/// <param name="Bytes">Its length in bytes of MP3 frames.</param>
/// <param name="Duration">Its duration.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track-stretch")]
public sealed record TrackStretch([property: Id(0)] int Segments, [property: Id(1)] long Bytes, [property: Id(2)] TimeSpan Duration);

/// <summary>The objects that a playlist owns and uses.</summary>
/// <param name="AreComplete">Whether the list is complete; otherwise more are being built, perhaps from existing objects.</param>
/// <param name="Keys">The object keys.</param>
/// <param name="Prefixes">Key prefixes of further objects.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.objects")]
public sealed record PlaylistObjects(
    [property: Id(0)] bool AreComplete, [property: Id(1)] ImmutableArray<string> Keys, [property: Id(2)] ImmutableArray<string> Prefixes);
