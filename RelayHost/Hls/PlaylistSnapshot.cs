using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace AudioOrleans.RelayHost.Hls;

/// <summary>A live playlist at one moment, rendered once and sent for every request (RFC 8216, section 4).</summary>
public sealed class PlaylistSnapshot
{
    private readonly ImmutableArray<MediaSegment> _segments;
    private readonly TimeSpan _targetDuration;

    /// <summary>Renders the playlist of these segments.</summary>
    public PlaylistSnapshot(ImmutableArray<MediaSegment> segments, TimeSpan targetDuration)
    {
        _segments = segments;
        _targetDuration = targetDuration;
        Utf8 = Encoding.UTF8.GetBytes(Render(""));
        ETag = $"\"{Base64Url.EncodeToString(SHA256.HashData(Utf8.Span).AsSpan(0, 12))}\"";
    }

    /// <summary>The playlist as UTF-8 without a byte order mark.</summary>
    public ReadOnlyMemory<byte> Utf8 { get; }

    /// <summary>A strong entity tag of <see cref="Utf8"/>, quotes included.</summary>
    public string ETag { get; }

    /// <summary>Renders the playlist with a query appended to each segment's URL, for players that cannot send headers.</summary>
    /// <param name="segmentQuery">Empty, or an escaped query that starts with a question mark.</param>
    public string Render(string segmentQuery)
    {
        var text = new StringBuilder(768);
        text.Append("#EXTM3U\n#EXT-X-VERSION:3\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-TARGETDURATION:{(int)_targetDuration.TotalSeconds}\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-MEDIA-SEQUENCE:{_segments[0].Sequence}\n");
        // The number of the first segment, whose own discontinuity tag counts only after it has left the list.
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-DISCONTINUITY-SEQUENCE:{_segments[0].DiscontinuitySequence - (_segments[0].Discontinuity ? 1 : 0)}\n");
        foreach (var segment in _segments)
        {
            if (segment.Discontinuity)
                text.Append("#EXT-X-DISCONTINUITY\n");
            text.Append(CultureInfo.InvariantCulture, $"#EXT-X-PROGRAM-DATE-TIME:{segment.Start.UtcDateTime:yyyy-MM-ddTHH:mm:ss.fffZ}\n");
            // Truncated, not rounded: 6.4996 s must not become 6.500, which rounds to more than the target.
            text.Append(CultureInfo.InvariantCulture, $"#EXTINF:{segment.Duration.Ticks / TimeSpan.TicksPerMillisecond / 1000m:0.000},\n");
            text.Append(CultureInfo.InvariantCulture, $"segments/{segment.Sequence}.ts{segmentQuery}\n");
        }
        return text.ToString();
    }
}

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
