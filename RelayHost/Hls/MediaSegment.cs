namespace AudioOrleans.RelayHost.Hls;

/// <summary>One segment of a live playlist, held in memory until no player can request it any more.</summary>
/// <param name="Sequence">Its media sequence number; never reused for another segment of the stream.</param>
/// <param name="Duration">Its playing time.</param>
/// <param name="Start">Wall clock at its first sample, UTC.</param>
/// <param name="Discontinuity">Whether decoders must be reset before it.</param>
/// <param name="DiscontinuitySequence">
/// Its discontinuity sequence number (RFC 8216, section 6.2.1): that of the segment before it, plus one after a discontinuity.
/// </param>
/// <param name="Bytes">The bytes sent to players.</param>
public sealed record MediaSegment(
    long Sequence, TimeSpan Duration, DateTimeOffset Start, bool Discontinuity, long DiscontinuitySequence, SegmentBytes Bytes)
{
    /// <summary>Wall clock at the end of its last sample, UTC.</summary>
    public DateTimeOffset End => Start + Duration;
}
