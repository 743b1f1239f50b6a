using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Segmenting;
using AudioOrleans.Testing;

namespace AudioOrleans.RelayHost.Tests.Segmenting;

public sealed class FfmpegSegmenterTests
{
    private static readonly TimeSpan Target = TimeSpan.FromSeconds(6);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("mp3", 320, 48000, 2, "tone")]
    [InlineData("mp3", 128, 44100, 2, "tone")]
    [InlineData("mp3", 32, 44100, 2, "tone")]
    [InlineData("mp3", 32, 22050, 1, "tone")]
    [InlineData("mp3", 8, 8000, 1, "tone")]
    [InlineData("mp3", 2, 44100, 2, "bursts")]
    [InlineData("aac", 320, 48000, 2, "noise")]
    [InlineData("aac", 96, 44100, 2, "tone")]
    [InlineData("aac", 32, 22050, 2, "tone")]
    [InlineData("aac", 12, 8000, 1, "tone")]
    [InlineData("aac", 128, 44100, 2, "silence")]
    [InlineData("aac", 128, 44100, 2, "bursts")]
    public async Task Segments_have_the_target_duration_and_contain_all_the_audio(string codec, int kbps, int sampleRate, int channels, string sound)
    {
        var bytes = codec == "mp3"
            ? await Encoded.Mp3Async(kbps, sampleRate, channels, 40, sound) : await Encoded.AacAsync(kbps, sampleRate, channels, 40, sound);
        var chunks = Encoded.Chunks(bytes);
        var segments = await CutAsync(chunks);

        Assert.InRange(segments.Count, 6, 8);
        Assert.All(segments.SkipLast(1), segment => Assert.InRange(segment.Duration.TotalSeconds, 5.5, 6.49));
        var fed = Encoded.Sum(chunks);
        var total = TimeSpan.FromTicks(segments.Sum(segment => segment.Duration.Ticks));
        // The end of the last packet is an estimate where the rate varies.
        Assert.InRange((total - fed).TotalSeconds, -0.2, 0.2);

        // Each segment can be decoded alone, and is as long as it says.
        long decoded = 0;
        foreach (var segment in segments)
        {
            var (samples, warnings) = await Encoded.DecodeAsync(segment.Bytes.ToArray(), "mpegts", sampleRate, channels);
            Assert.Equal("", warnings);
            Assert.InRange(samples / (double)sampleRate, segment.Duration.TotalSeconds - 0.2, segment.Duration.TotalSeconds + 0.2);
            decoded += samples;
        }
        Assert.InRange(decoded / (double)sampleRate, fed.TotalSeconds - 0.2, fed.TotalSeconds + 0.2);

        // Joined, they contain exactly the frames that were written.
        Assert.Equal(Encoded.Join(chunks), Payload(segments));
        Assert.All(segments, segment => Assert.Empty(ContinuityErrors([segment])));
        Assert.Empty(ContinuityErrors(segments));
    }

    [Fact]
    public async Task The_first_segment_can_be_shorter()
    {
        var segments = await CutAsync(Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 20)), TimeSpan.FromSeconds(2));
        Assert.InRange(segments[0].Duration.TotalSeconds, 1.8, 2.2);
        Assert.InRange(segments[1].Duration.TotalSeconds, 5.5, 6.49);
    }

    [Fact]
    public async Task The_overhead_of_a_transport_stream_is_small()
    {
        var bytes = await Encoded.Mp3Async(128, seconds: 40);
        var segments = await CutAsync(Encoded.Chunks(bytes));
        Assert.InRange(segments.Sum(segment => segment.Bytes.Length) / (double)bytes.Length, 1.0, 1.3);
    }

    [Fact]
    public async Task Titles_are_written_where_they_change_and_where_a_segment_begins()
    {
        var chunks = Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 20));
        var longest = string.Concat(Enumerable.Repeat("Ünï 日本 ", 200));
        string? TitleOf(int chunk) => chunk switch { < 8 => null, < 40 => "Artist - One", < 60 => longest, _ => "" };
        var segments = await CutAsync([.. chunks.Select((chunk, i) => chunk with { Title = TitleOf(i) })]);
        Assert.All(segments, segment => Assert.Empty(ContinuityErrors([segment])));
        Assert.Equal(Encoded.Join(chunks), Payload(segments));

        var titles = new List<(double At, string Title)>();
        foreach (var segment in segments)
        {
            var probe = await Encoded.ProbeAsync(segment.Bytes.ToArray(), "mpegts");
            var streams = probe.GetProperty("streams").EnumerateArray().ToDictionary(stream => stream.GetProperty("codec_name").GetString()!, stream => stream.GetProperty("index").GetInt32());
            Assert.Equal(["mp3", "timed_id3"], streams.Keys.Order());
            var packets = probe.GetProperty("packets").EnumerateArray().ToLookup(packet => packet.GetProperty("stream_index").GetInt32());
            // The title that is on air comes before the first audio of the segment.
            if (titles.Count > 0 && titles[^1].Title.Length > 0)
                Assert.Equal(Seconds(packets[streams["mp3"]].First()), Seconds(packets[streams["timed_id3"]].First()), 3);
            titles.AddRange(packets[streams["timed_id3"]].Select(Seconds).Zip(Titles(segment)));
        }
        var start = Seconds((await Encoded.ProbeAsync(segments[0].Bytes.ToArray(), "mpegts")).GetProperty("packets").EnumerateArray().First());
        Assert.Equal(["Artist - One", "Artist - One", longest.Trim(), longest.Trim(), ""], titles.Select(title => title.Title.Trim()));
        foreach (var (index, chunk) in new[] { (0, 8), (2, 40), (4, 60) })
            Assert.InRange(titles[index].At - start - Encoded.Sum(chunks[..chunk]).TotalSeconds, -0.01, 0.25);

        static double Seconds(System.Text.Json.JsonElement packet) =>
            double.Parse(packet.GetProperty("pts_time").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task An_ffmpeg_that_ends_by_itself_is_reported_with_its_signal()
    {
        var factory = new FfmpegSegmenterFactory(TimeProvider.System);
        await using var segmenter = (FfmpegSegmenter)await factory.StartAsync(new AudioFormat(AudioCodec.Aac, 44100, 2), 12_000, Target, Target);
        foreach (var chunk in Encoded.Chunks(await Encoded.AacAsync(96))[..8])
            await segmenter.WriteAsync(chunk, CancellationToken.None);
        Kill(segmenter.ProcessId, "-9");
        var error = await Assert.ThrowsAsync<SegmenterException>(async () =>
        {
            await foreach (var _ in segmenter.ReadSegmentsAsync(CancellationToken.None))
            {
                // Segments that it had written before it was killed.
            }
        }).WaitAsync(Deadline);
        Assert.Contains("signal 9", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<SegmenterException>(async () => await segmenter.WriteAsync(new AudioChunk(new byte[100_000], TimeSpan.FromSeconds(1), new AudioFormat(AudioCodec.Aac, 44100, 2)), CancellationToken.None)).WaitAsync(Deadline);
    }

    [Fact]
    public async Task Disposing_ends_the_program()
    {
        var factory = new FfmpegSegmenterFactory(TimeProvider.System);
        var segmenter = (FfmpegSegmenter)await factory.StartAsync(new AudioFormat(AudioCodec.Mp3, 44100, 2), 16_000, Target, Target);
        Assert.True(LiveProcess.Exists(segmenter.ProcessId));
        await segmenter.DisposeAsync();
        Assert.False(LiveProcess.Exists(segmenter.ProcessId));
    }

    internal static void Kill(int processId, string signal)
    {
        // The product never sends SIGSTOP, so it has no name for it.
        using var kill = System.Diagnostics.Process.Start("kill", [signal, processId.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static async Task<List<CutSegment>> CutAsync(List<AudioChunk> chunks, TimeSpan? first = null)
    {
        var factory = new FfmpegSegmenterFactory(TimeProvider.System);
        var rate = (int)(chunks[0].Bytes.Length / chunks[0].Duration.TotalSeconds);
        await using var segmenter = await factory.StartAsync(chunks[0].Format, rate, first ?? Target, Target);
        var reading = Task.Run(async () => await segmenter.ReadSegmentsAsync(CancellationToken.None).ToListAsync());
        foreach (var chunk in chunks)
            await segmenter.WriteAsync(chunk, CancellationToken.None).AsTask().WaitAsync(Deadline);
        await segmenter.CompleteAsync(CancellationToken.None);
        return await reading.WaitAsync(Deadline);
    }

    /// <summary>The titles of a segment's ID3 tags, in order.</summary>
    private static IEnumerable<string> Titles(CutSegment segment)
    {
        var tags = new List<List<byte>>();
        foreach (var packet in Packets(segment).Where(packet => packet.Pid == 0x1FF))
        {
            if (packet.StartsUnit)
                tags.Add([]);
            tags[^1].AddRange(packet.StartsUnit ? packet.Payload[(9 + packet.Payload[8])..] : packet.Payload);
        }
        // Ten bytes of the tag's header, ten of the frame's, and one for the encoding.
        return tags.Select(tag => System.Text.Encoding.UTF8.GetString([.. tag.Skip(21)]));
    }

    internal static byte[] Payload(IEnumerable<CutSegment> segments)
    {
        var audio = new List<byte>();
        foreach (var packet in segments.SelectMany(Packets))
        {
            if (packet.Pid != 0x100)
                continue;
            var bytes = packet.Payload;
            if (packet.StartsUnit)
                bytes = bytes[(9 + bytes[8])..];
            audio.AddRange(bytes);
        }
        return [.. audio];
    }

    internal static List<string> ContinuityErrors(IEnumerable<CutSegment> segments)
    {
        var (last, errors) = (new Dictionary<int, int>(), new List<string>());
        foreach (var packet in segments.SelectMany(Packets))
        {
            if (last.TryGetValue(packet.Pid, out var before) && packet.Counter != ((before + 1) & 15))
                errors.Add($"PID {packet.Pid:x}: {packet.Counter} after {before}");
            last[packet.Pid] = packet.Counter;
        }
        return errors;
    }

    private static IEnumerable<(int Pid, bool StartsUnit, int Counter, byte[] Payload)> Packets(CutSegment segment)
    {
        var bytes = segment.Bytes.ToArray();
        for (var at = 0; at < bytes.Length; at += 188)
        {
            var packet = bytes[at..(at + 188)];
            var start = 4 + ((packet[3] & 0x20) != 0 ? 1 + packet[4] : 0);
            yield return (((packet[1] & 0x1F) << 8) | packet[2], (packet[1] & 0x40) != 0, packet[3] & 15, packet[start..]);
        }
    }
}
