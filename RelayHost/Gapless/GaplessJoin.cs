using System.Collections.Immutable;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.RelayHost.Gapless;

/// <summary>A track beside another one.</summary>
/// <param name="Mp3Key">The object with it as MP3.</param>
/// <param name="Offset">Where its frames begin in that, in bytes.</param>
/// <param name="Length">How many bytes they are.</param>
/// <param name="Padding">What an encoder put around its sound.</param>
/// <param name="PlaylistKey">Its media playlist.</param>
public sealed record JoinedTrack(string Mp3Key, long Offset, long Length, EncoderPadding Padding, string PlaylistKey);

/// <summary>A part of a track that is heard, or left out, from one of its ends.</summary>
/// <param name="Segments">How many of its HLS segments that are.</param>
/// <param name="Bytes">How many bytes of its frames.</param>
/// <param name="Duration">How long they play.</param>
public sealed record TrackSpan(int Segments, long Bytes, TimeSpan Duration);

/// <summary>What is heard where one track goes over into the next: the end of the first and the beginning of the second, as frames that follow on those before and lead to those behind.</summary>
/// <param name="Mp3Key">The object with it as MP3.</param>
/// <param name="Mp3">Where its frames lie in that.</param>
/// <param name="PlaylistKey">Its media playlist.</param>
/// <param name="Before">What is left of the first track in front of it.</param>
/// <param name="Replaced">What of the second track it stands for.</param>
/// <param name="Positions">Of what is left of the second track, as <see cref="AudioSpan.Positions"/>.</param>
public sealed record GaplessJoin(string Mp3Key, AudioSpan Mp3, string PlaylistKey, TrackSpan Before, TrackSpan Replaced, ImmutableArray<int> Positions);
