using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace AudioOrleans.RelayHost.OnDemand;

/// <summary>A segment of a playlist on demand.</summary>
/// <param name="Duration">How long it plays.</param>
/// <param name="Uri">Its address, relative to the playlist's.</param>
/// <param name="Discontinuity">Whether a decoder must start afresh before it.</param>
public sealed record VodSegment(TimeSpan Duration, string Uri, bool Discontinuity = false);

/// <summary>One of the qualities that a multivariant playlist offers.</summary>
/// <param name="Uri">The address of its media playlist.</param>
/// <param name="BitsPerSecond">Its rate, packaging included.</param>
/// <param name="Codec">As RFC 6381 names it.</param>
public sealed record VodVariant(string Uri, int BitsPerSecond, string Codec);

/// <summary>Writes and reads playlists on demand (RFC 8216): all segments are there from the start, none ever goes.</summary>
public static class VodPlaylist
{
    private const string Duration = "#EXTINF:";
    private const string Break = "#EXT-X-DISCONTINUITY";

    /// <summary>The media type of playlists (RFC 8216, section 4).</summary>
    public const string ContentType = "application/vnd.apple.mpegurl";

    /// <summary>A media playlist.</summary>
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
            // Cut, not rounded: 6.4996 s must not become 6.500, which rounds to more than the target.
            text.Append(CultureInfo.InvariantCulture, $"{Duration}{segment.Duration.Ticks / TimeSpan.TicksPerMillisecond / 1000m:0.000},\n{segment.Uri}\n");
        }
        return text.Append("#EXT-X-ENDLIST\n").ToString();
    }

    /// <summary>A multivariant playlist; players begin with the first.</summary>
    public static string Render(IEnumerable<VodVariant> variants)
    {
        var text = new StringBuilder("#EXTM3U\n#EXT-X-VERSION:3\n", 512);
        foreach (var variant in variants)
            text.Append(CultureInfo.InvariantCulture, $"#EXT-X-STREAM-INF:BANDWIDTH={variant.BitsPerSecond},CODECS=\"{variant.Codec}\"\n{variant.Uri}\n");
        return text.ToString();
    }

    /// <summary>Reads the segments out of a media playlist that <see cref="Render(IReadOnlyCollection{VodSegment})"/> wrote.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static ImmutableArray<VodSegment> Parse(string playlist)
    {
        var segments = ImmutableArray.CreateBuilder<VodSegment>();
        TimeSpan? duration = null;
        var isBreak = false;
        foreach (var line in playlist.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(Duration, StringComparison.Ordinal))
                // In decimals: a double falls short of some milliseconds, and what is written is cut.
                duration = TimeSpan.FromTicks((long)(decimal.Parse(line[Duration.Length..].TrimEnd(','), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond));
            else if (line.SequenceEqual(Break))
                isBreak = true;
            else if (line.Length > 0 && line[0] != '#')
            {
                segments.Add(new VodSegment(duration ?? throw new FormatException("A segment without a duration."), line.ToString(), isBreak));
                (duration, isBreak) = (null, false);
            }
        }
        return segments.ToImmutable();
    }
}
