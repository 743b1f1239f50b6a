using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using AudioOrleans.RelayHost.Hls;

namespace AudioOrleans.RelayHost.Tests.Hls;

public sealed class PlaylistSnapshotTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2));

    [Fact]
    public void It_is_written_as_the_standard_requires()
    {
        var snapshot = new PlaylistSnapshot([Segment(7, 6, false, 3), Segment(8, 5.9876, true, 4), Segment(9, 6.25, false, 4)], TimeSpan.FromSeconds(6));
        const string Expected = """
            #EXTM3U
            #EXT-X-VERSION:3
            #EXT-X-TARGETDURATION:6
            #EXT-X-MEDIA-SEQUENCE:7
            #EXT-X-DISCONTINUITY-SEQUENCE:3
            #EXT-X-PROGRAM-DATE-TIME:2026-01-02T01:04:05.678Z
            #EXTINF:6.000,
            segments/7.ts
            #EXT-X-DISCONTINUITY
            #EXT-X-PROGRAM-DATE-TIME:2026-01-02T01:04:05.678Z
            #EXTINF:5.987,
            segments/8.ts
            #EXT-X-PROGRAM-DATE-TIME:2026-01-02T01:04:05.678Z
            #EXTINF:6.250,
            segments/9.ts

            """;
        Assert.Equal(Expected.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(snapshot.Utf8.Span));
        Assert.Equal((byte)'#', snapshot.Utf8.Span[0]);
        Assert.Equal(Expected.ReplaceLineEndings("\n").Replace(".ts", ".ts?s=a%20b", StringComparison.Ordinal), snapshot.Render("?s=a%20b"));
    }

    [Theory]
    [InlineData(6.4999)]
    [InlineData(6.4995)]
    [InlineData(6.49999999)]
    public void A_duration_is_never_written_as_one_that_rounds_above_the_target(double seconds)
    {
        var text = new PlaylistSnapshot([Segment(1, seconds, false)], TimeSpan.FromSeconds(6)).Render("");
        var line = text.Split('\n').Single(line => line.StartsWith("#EXTINF:", StringComparison.Ordinal));
        Assert.Equal(6, Math.Round(double.Parse(line[8..^1], CultureInfo.InvariantCulture), MidpointRounding.AwayFromZero));
    }

    [Fact]
    public void The_etag_depends_only_on_the_text()
    {
        ImmutableArray<MediaSegment> segments = [Segment(1, 6, false), Segment(2, 6, false)];
        var snapshot = new PlaylistSnapshot(segments, TimeSpan.FromSeconds(6));
        Assert.Matches("^\"[A-Za-z0-9_-]{16}\"$", snapshot.ETag);
        Assert.Equal(snapshot.ETag, new PlaylistSnapshot(segments, TimeSpan.FromSeconds(6)).ETag);
        Assert.NotEqual(snapshot.ETag, new PlaylistSnapshot([Segment(1, 6, false, 1), Segment(2, 6, false, 1)], TimeSpan.FromSeconds(6)).ETag);
    }

    private static MediaSegment Segment(long sequence, double seconds, bool discontinuity, long discontinuitySequence = 0) =>
        new(sequence, TimeSpan.FromSeconds(seconds), Start, discontinuity, discontinuitySequence, new SegmentBytes(new byte[1]));
}
