using System.Globalization;

namespace AudioOrleans.Gateway.Tests.Playlists;

/// <summary>A VOD media playlist, checked against RFC 8216 while it is read.</summary>
internal sealed record VodManifest(int TargetDuration, IReadOnlyList<VodManifest.Segment> Segments)
{
    public double Duration => Segments.Sum(segment => segment.Duration);

    public int Discontinuities => Segments.Count(segment => segment.Discontinuity);

    public static VodManifest Read(string text)
    {
        Assert.False(text.StartsWith('\uFEFF'), "No byte order mark (section 4).");
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        var lines = text.TrimEnd('\n').Split('\n');
        Assert.Equal("#EXTM3U", lines[0]);
        Assert.Equal("#EXT-X-ENDLIST", lines[^1]);
        Assert.Equal("#EXT-X-VERSION:3", Single(lines, "#EXT-X-VERSION:")); // Fractional durations need version 3; nothing here needs more.
        Assert.Equal("#EXT-X-PLAYLIST-TYPE:VOD", Single(lines, "#EXT-X-PLAYLIST-TYPE:"));
        var target = int.Parse(Single(lines, "#EXT-X-TARGETDURATION:").Split(':')[1], CultureInfo.InvariantCulture);
        var segments = new List<Segment>();
        double? duration = null;
        var isBreak = false;
        foreach (var line in lines)
        {
            if (line.StartsWith("#EXTINF:", StringComparison.Ordinal))
            {
                Assert.Null(duration);
                duration = double.Parse(line[8..line.IndexOf(',', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
                Assert.InRange(Math.Round(duration.Value, MidpointRounding.AwayFromZero), 0, target);
            }
            else if (line == "#EXT-X-DISCONTINUITY")
            {
                Assert.False(isBreak, "Two discontinuities in a row.");
                isBreak = true;
            }
            else if (line[0] != '#')
            {
                Assert.NotNull(duration);
                segments.Add(new Segment(duration.Value, line, isBreak));
                (duration, isBreak) = (null, false);
            }
        }
        Assert.False(isBreak || duration is not null, "A tag without a segment.");
        Assert.True(target >= 1);
        return new VodManifest(target, segments);
    }

    private static string Single(string[] lines, string tag) => Assert.Single(lines, line => line.StartsWith(tag, StringComparison.Ordinal));

    internal sealed record Segment(double Duration, string Uri, bool Discontinuity)
    {
        /// <summary>The folder, which is unique for each track and its start time.</summary>
        public string Folder => Uri[..Uri.LastIndexOf('/')];

        /// <summary>The media of the track, wherever it is in the playlist.</summary>
        public string Media => Folder[..Folder.LastIndexOf('-')];
    }
}
