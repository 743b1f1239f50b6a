using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>What a job is to build a playlist of.</summary>
/// <param name="Prefix">Begins the keys of the playlist's own objects; ends with a slash.</param>
/// <param name="Version">The version that is built.</param>
/// <param name="Tracks">What can be heard, in order.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.work")]
public sealed record PlaylistWork(
    [property: Id(0)] string Prefix, [property: Id(1)] long Version, [property: Id(2)] ImmutableArray<TrackToBuild> Tracks);

/// <summary>A track, or a part of one, to build a playlist of.</summary>
/// <param name="TrackId">The track.</param>
/// <param name="Mp3">Its MP3, or of the part.</param>
/// <param name="PlaylistKey">Its media playlist.</param>
/// <param name="FirstSegment">How many segments of that are left out at its beginning.</param>
/// <param name="Segments">How many are heard after those; null for all.</param>
/// <param name="Skipped">How long those play that are left out at its beginning.</param>
/// <param name="Follows">Whether its frames go on from those before: decoders need not start afresh.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track-to-build")]
public sealed record TrackToBuild(
    [property: Id(0)] Guid TrackId,
    [property: Id(1)] Mp3Source Mp3,
    [property: Id(2)] string PlaylistKey,
    [property: Id(3)] int FirstSegment = 0,
    [property: Id(4)] int? Segments = null,
    [property: Id(5)] TimeSpan Skipped = default,
    [property: Id(6)] bool Follows = false);

/// <summary>A track whose MP3 is to be made in its playlist's format.</summary>
/// <param name="Mp3">Its MP3 as it is.</param>
/// <param name="SampleRate">The playlist's, Hz.</param>
/// <param name="Channels">The playlist's: 1 or 2.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track-to-match")]
public sealed record TrackToTranscode([property: Id(0)] Mp3Source Mp3, [property: Id(1)] int SampleRate, [property: Id(2)] int Channels);

/// <summary>Two tracks that follow one another, to be joined without a gap.</summary>
/// <param name="First">The MP3 of the one that ends.</param>
/// <param name="FirstPlaylistKey">Its media playlist.</param>
/// <param name="Second">The MP3 of the one that begins.</param>
/// <param name="SecondPlaylistKey">Its media playlist.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.tracks-to-join")]
public sealed record TracksToJoin(
    [property: Id(0)] Mp3Source First, [property: Id(1)] string FirstPlaylistKey, [property: Id(2)] Mp3Source Second, [property: Id(3)] string SecondPlaylistKey);

/// <summary>How one track goes over into the next.</summary>
/// <param name="FirstKey">The MP3 of the one that ends.</param>
/// <param name="SecondKey">The MP3 of the one that begins.</param>
/// <param name="Sound">What is heard in between; null where nothing goes over, so that they stand side by side.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track-join")]
public sealed record TrackJoin([property: Id(0)] string FirstKey, [property: Id(1)] string SecondKey, [property: Id(2)] JoinSound? Sound);

/// <summary>What is heard in place of the end of one track and the beginning of the next.</summary>
/// <param name="Mp3">Its MP3.</param>
/// <param name="PlaylistKey">Its media playlist.</param>
/// <param name="Before">What is left of the first track in front of it.</param>
/// <param name="Replaced">What of the second track it stands for.</param>
/// <param name="Positions">Of what is left of the second track, as <see cref="Mp3Source.Positions"/>.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.join-sound")]
public sealed record JoinSound(
    [property: Id(0)] Mp3Source Mp3,
    [property: Id(1)] string PlaylistKey,
    [property: Id(2)] TrackStretch Before,
    [property: Id(3)] TrackStretch Replaced,
    [property: Id(4)] ImmutableArray<int> Positions);

/// <summary>The beginning of a track, up to some place.</summary>
/// <param name="Segments">How many of its segments that is.</param>
/// <param name="Bytes">How many bytes of its frames.</param>
/// <param name="Duration">How long it plays.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.track-stretch")]
public sealed record TrackStretch([property: Id(0)] int Segments, [property: Id(1)] long Bytes, [property: Id(2)] TimeSpan Duration);

/// <summary>Which of its own objects a playlist needs.</summary>
/// <param name="AreComplete">Whether they are all; otherwise more are being made, perhaps of what lies there already.</param>
/// <param name="Keys">The objects.</param>
/// <param name="Prefixes">Begin the keys of further ones.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.objects")]
public sealed record PlaylistObjects(
    [property: Id(0)] bool AreComplete, [property: Id(1)] ImmutableArray<string> Keys, [property: Id(2)] ImmutableArray<string> Prefixes);
