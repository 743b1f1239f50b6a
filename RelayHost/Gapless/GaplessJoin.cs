using System.Collections.Immutable;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.RelayHost.Gapless;

/// <summary>A track to join with another.</summary>
/// <param name="Mp3Key">The key of its MP3.</param>
/// <param name="Offset">Start of its frames in that object, in bytes.</param>
/// <param name="Length">Size of the frames, in bytes.</param>
/// <param name="Padding">Silence that the encoder added around its sound.</param>
/// <param name="PlaylistKey">Its media playlist.</param>
public sealed record JoinedTrack(string Mp3Key, long Offset, long Length, EncoderPadding Padding, string PlaylistKey);

/// <summary>A part of a track that is played, or left out, at one of its ends.</summary>
/// <param name="Segments">Number of HLS segments.</param>
/// <param name="Bytes">Size of its frames, in bytes.</param>
/// <param name="Duration">Its playing time.</param>
public sealed record TrackSpan(int Segments, long Bytes, TimeSpan Duration);

/// <summary>
/// The transition between two tracks: the end of the first and the beginning of the second, as frames that continue those before and lead into those
/// after.
/// </summary>
/// <param name="Mp3Key">The key of its MP3.</param>
/// <param name="Mp3">The position of its frames in that object.</param>
/// <param name="PlaylistKey">Its media playlist.</param>
/// <param name="Before">The rest of the first track, before the join.</param>
/// <param name="Replaced">The part of the second track that the join replaces.</param>
/// <param name="Positions">Positions of the rest of the second track, as in <see cref="AudioSpan.Positions"/>.</param>
public sealed record GaplessJoin(string Mp3Key, AudioSpan Mp3, string PlaylistKey, TrackSpan Before, TrackSpan Replaced, ImmutableArray<int> Positions);
