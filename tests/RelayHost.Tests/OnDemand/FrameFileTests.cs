using System.Text;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.RelayHost.Tests.OnDemand;

public sealed class FrameFileTests : IDisposable
{
    private readonly TestFolder _folder = new("frames");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_span_covers_the_frames_without_the_bytes_before_and_after_them()
    {
        var frames = await Encoded.Mp3Async(128, seconds: 5, sound: "noise");
        byte[] id3v1 = [.. "TAG"u8, .. new byte[125]];
        byte[] ape = [.. Ape(isFooter: false), .. Encoding.ASCII.GetBytes(new string('x', 500)), .. Ape(isFooter: true)];
        foreach (var (name, before, behind) in new (string, byte[], byte[])[]
        {
            ("bare", [], []), ("ID3v2", AudioSnifferTests.Id3(300 * 1024), []), ("two tags", [.. AudioSnifferTests.Id3(10), .. AudioSnifferTests.Id3(2000)], []), ("ID3v1", [], id3v1), ("APE", [], ape),
            ("APE and ID3v1", [], [.. ape, .. id3v1]), ("zeros", new byte[1000], new byte[1000]),
        })
        {
            var span = await MeasureAsync([.. before, .. frames, .. behind]);
            Assert.True((before.Length, frames.Length) == (span!.Offset, span.Length), $"{name}: {span}");
        }
    }

    [Theory]
    [InlineData(44100, 2)]
    [InlineData(22050, 1)]
    public async Task The_Xing_frame_does_not_count_as_audio(int sampleRate, int channels)
    {
        var file = await File.ReadAllBytesAsync(await AudioFiles.ToneAsync("mp3", 5, sampleRate, channels));
        Assert.True(Id3Tag.TryReadLength(file, out var tag));
        Assert.True(FrameHeader.TryRead(file.AsSpan(tag), out var info));
        var span = await MeasureAsync(file);
        Assert.Equal((tag + info.Length, file.Length - tag - info.Length), (span!.Offset, span.Length));
        // Its encoder padding is right: without the padding, the frames last as long as the sound.
        var (start, end) = (span.Padding!.Value.Start, span.Padding.Value.End);
        Assert.Equal(1105, start);
        Assert.Equal(5.0, span.Duration.TotalSeconds - ((start + end) / (double)sampleRate), 0.001);
        Assert.Equal((0, false), (span.MissingBytes, span.EndsInsideFrame));
        // A file that was cut off has no padding at its end.
        Assert.Equal(new EncoderPadding(1105, 0), (await MeasureAsync(file[..^10]))!.Padding);
        Assert.Equal(new EncoderPadding(1105, 0), (await MeasureAsync(file[..(file.Length / 2)]))!.Padding);
    }

    [Fact]
    public async Task A_last_frame_that_is_cut_off_does_not_count()
    {
        var frames = await Encoded.Mp3Async(128, seconds: 5, sound: "noise");
        var last = 0;
        for (var at = 0; FrameHeader.TryRead(frames.AsSpan(at), out var header); at += header.Length)
            last = at;
        var span = await MeasureAsync(frames[..(last + 100)]);
        Assert.Equal((0, last), (span!.Offset, span.Length));
    }

    [Fact]
    public async Task Damage_in_the_middle_loses_only_the_damaged_frames()
    {
        var frames = await Encoded.Mp3Async(128, seconds: 10, sound: "noise");
        var whole = await MeasureAsync(frames);
        frames.AsSpan(50_000, 4000).Clear();
        var span = await MeasureAsync(frames);
        Assert.Equal((0, (long)frames.Length), (span!.Offset, span.Length));
        Assert.InRange((whole!.Duration - span.Duration).TotalSeconds, 0.2, 0.5);
    }

    [Fact]
    public async Task A_file_without_audio_has_no_span()
    {
        Assert.Null(await MeasureAsync([]));
        Assert.Null(await MeasureAsync(new byte[200_000]));
    }

    [Fact]
    public void A_playlist_is_read_back_as_written()
    {
        VodSegment[] segments = [new(TimeSpan.FromSeconds(6.0096), "a-00000.ts"), new(TimeSpan.FromSeconds(5.999), "a-00001.ts", Discontinuity: true), new(TimeSpan.FromSeconds(0.2), "a-00002.ts")];
        var text = VodPlaylist.Render(segments);
        Assert.Equal(
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:6\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:6.009,\na-00000.ts\n"
            + "#EXT-X-DISCONTINUITY\n#EXTINF:5.999,\na-00001.ts\n#EXTINF:0.200,\na-00002.ts\n#EXT-X-ENDLIST\n", text);
        Assert.Equal([segments[0] with { Duration = TimeSpan.FromSeconds(6.009) }, .. segments[1..]], VodPlaylist.Parse(text).ToList());
        Assert.Throws<FormatException>(() => VodPlaylist.Parse("#EXTM3U\na.ts\n"));
    }

    [Theory]
    [InlineData(6.4996, 6)]
    [InlineData(6.5, 7)]
    [InlineData(0.1, 1)]
    public void No_segment_rounds_to_more_than_the_target(double seconds, int target) =>
        Assert.Contains($"#EXT-X-TARGETDURATION:{target}\n", VodPlaylist.Render([new VodSegment(TimeSpan.FromSeconds(seconds), "a.ts")]), StringComparison.Ordinal);

    private async Task<AudioSpan?> MeasureAsync(byte[] bytes)
    {
        var path = _folder["file"];
        await File.WriteAllBytesAsync(path, bytes);
        return await new FrameFile(path).MeasureAsync(CancellationToken.None);
    }

    private static byte[] Ape(bool isFooter)
    {
        var tag = new byte[32];
        "APETAGEX"u8.CopyTo(tag);
        BitConverter.TryWriteBytes(tag.AsSpan(8), 2000);
        BitConverter.TryWriteBytes(tag.AsSpan(12), 532);
        BitConverter.TryWriteBytes(tag.AsSpan(20), isFooter ? 0x80000000 : 0xA0000000);
        return tag;
    }
}
