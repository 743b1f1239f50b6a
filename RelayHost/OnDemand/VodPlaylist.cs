using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>A segment of a VOD playlist.</summary>
/// <param name="Duration">Its playing time.</param>
/// <param name="Uri">Its URI, relative to the playlist's.</param>
/// <param name="Discontinuity">Whether decoders must be reset before it.</param>
public sealed record VodSegment(TimeSpan Duration, string Uri, bool Discontinuity = false);

/// <summary>A variant of a multivariant playlist.</summary>
/// <param name="Uri">The URI of its media playlist.</param>
/// <param name="BitsPerSecond">Its bitrate, container overhead included.</param>
/// <param name="Codec">The codec string (RFC 6381).</param>
public sealed record VodVariant(string Uri, int BitsPerSecond, string Codec);

/// <summary>Writes and parses VOD playlists (RFC 8216): all segments exist from the start, and none is removed.</summary>
public static class VodPlaylist
{
    private const string Duration = "#EXTINF:";
    private const string Break = "#EXT-X-DISCONTINUITY";

    /// <summary>The media type of playlists (RFC 8216, section 4).</summary>
    public const string ContentType = "application/vnd.apple.mpegurl";

    /// <summary>Renders a media playlist.</summary>
    public static string Render(IReadOnlyCollection<VodSegment> segments)
    {
        var target = segments.Count == 0 ? 1 : segments.Max(segment => Math.Max(1, (int)Math.Round(segment.Duration.TotalSeconds, MidpointRounding.AwayFromZero)));
        var text = new StringBuilder(128 + (segments.Count * 40));
        text.Append("#EXTM3U\n#EXT-X-VERSION:3\n");
        text.Append(CultureInfo.InvariantCulture, $"#EXT-X-TARGETDURATION:{target}\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MEDIA-SEQUENCE:0\n");
        foreach (var segment in segments)
        {
            if (segment.Discontinuity)
                text.Append(Break).Append('\n');
            // Truncated, not rounded: 6.4996 s must not become 6.500, which rounds to more than the target.
            text.Append(CultureInfo.InvariantCulture, $"{Duration}{segment.Duration.Ticks / TimeSpan.TicksPerMillisecond / 1000m:0.000},\n{segment.Uri}\n");
        }
        return text.Append("#EXT-X-ENDLIST\n").ToString();
    }

    /// <summary>Renders a multivariant playlist; players start with the first variant.</summary>
    public static string Render(IEnumerable<VodVariant> variants)
    {
        var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:3\n", 512);
        foreach (var variant in variants)
            text.Append(CultureInfo.InvariantCulture, $"#EXT-X-STREAM-INF:BANDWIDTH={variant.BitsPerSecond},CODECS=\"{variant.Codec}\"\n{variant.Uri}\n");
        return text.ToString();
    }

    /// <summary>Parses the segments of a media playlist that <see cref="Render(IReadOnlyCollection{VodSegment})"/> wrote.</summary>
    /// <exception cref="FormatException">It is not such a playlist.</exception>
    public static ImmutableArray<VodSegment> Parse(string playlist)
    {
        var segments = ImmutableArray.CreateBuilder<VodSegment>();
        TimeSpan? duration = null;
        var isBreak = false;
        foreach (var line in playlist.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(Duration, StringComparison.Ordinal))
                // As a decimal: a double falls short of some milliseconds, and durations are truncated when written.
                duration = TimeSpan.FromTicks((long)(decimal.Parse(line[Duration.Length..].TrimEnd(','), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));
            else if (line.SequenceEqual(Break))
                isBreak = true;
            else if (line.Length > 0 && line[0] != '#')
            {
                segments.Add(new VodSegment(duration ?? throw new FormatException("A segment has no duration."), line.ToString(), isBreak));
                (duration, isBreak) = (null, false);
            }
        }
        return segments.ToImmutable();
    }
}
