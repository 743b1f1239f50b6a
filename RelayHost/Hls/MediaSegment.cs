namespace AudioOrleans.RelayHost.Hls;

/// <summary>One segment of a live playlist, held in memory until no player can ask for it any more.</summary>
/// <param name="Sequence">Its media sequence number; never given to another segment of the stream.</param>
/// <param name="Duration">How long it plays.</param>
/// <param name="Start">Wall clock at its first sample, UTC.</param>
/// <param name="Discontinuity">Whether a decoder must start afresh before it.</param>
/// <param name="DiscontinuitySequence">Its discontinuity sequence number (RFC 8216, section 6.2.1): that of the segment before it, and one more with a discontinuity.</param>
/// <param name="Bytes">The segment as it is sent.</param>
public sealed record MediaSegment(
    long Sequence, TimeSpan Duration, DateTimeOffset Start, bool Discontinuity, long DiscontinuitySequence, SegmentBytes Bytes)
{
    /// <summary>Wall clock after its last sample, UTC.</summary>
    public DateTimeOffset End => Start + Duration;
}
