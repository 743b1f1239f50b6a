using System.Buffers.Binary;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Segmenting;

namespace AudioOrleans.RelayHost.Tests.Segmenting;

public sealed class TsMuxerTests
{
    private const int PacketSize = 188;

    private static readonly TimeSpan Target = TimeSpan.FromSeconds(6);

    public static TheoryData<string, int, int, int> Sounds => new()
    {
        { "mp3", 128, 44100, 2 }, { "mp3", 320, 48000, 2 }, { "mp3", 64, 22050, 1 }, { "mp3", 32, 16000, 1 }, { "mp3", 2, 44100, 2 },
        { "aac", 96, 44100, 2 }, { "aac", 256, 48000, 2 }, { "aac", 48, 32000, 1 },
        { "aac", 8, 8000, 1 },
    };

    [Theory]
    [MemberData(nameof(Sounds))]
    public async Task Each_segment_can_be_decoded_alone_and_all_together_have_every_sample(string codec, int kbps, int sampleRate, int channels)
    {
        var bytes = await AudioAsync(codec, kbps, sampleRate, channels);
        var (segments, samples) = Mux(bytes);
        Assert.Equal(samples, segments.Sum(segment => (long)Math.Round(segment.Duration.TotalSeconds * sampleRate)));
        Assert.All(segments.SkipLast(1), segment => Assert.InRange(segment.Duration.TotalSeconds, 5.5, 6.49));
        var whole = segments.SelectMany(segment => segment.Bytes.ToArray()).ToArray();
        var probed = await Encoded.ProbeAsync(whole, "mpegts");
        var stream = probed.GetProperty("streams")[0];
        Assert.Equal((codec, $"{sampleRate}", channels), (stream.GetProperty("codec_name").GetString()!, stream.GetProperty("sample_rate").GetString()!, stream.GetProperty("channels").GetInt32()));
        var (decoded, warnings) = await Encoded.DecodeAsync(whole, "mpegts", sampleRate, channels);
        Assert.Equal("", warnings);
        Assert.Equal((await Encoded.DecodeAsync(bytes, codec, sampleRate, channels)).Samples, decoded);
        foreach (var segment in segments)
            Assert.True((await Encoded.DecodeAsync(segment.Bytes, "mpegts", sampleRate, channels)).Samples > 0);
    }

    [Fact]
    public async Task Packet_counters_have_no_gaps_and_segments_begin_with_the_tables()
    {
        var (segments, _) = Mux(await AudioAsync("mp3", 128, 44100, 2));
        Assert.True(segments.Count >= 3);
        var counters = new Dictionary<int, int>();
        foreach (var segment in segments)
        {
            Assert.Equal([0, 0x1000, 0x100], Packets(segment).Take(3).Select(packet => Pid(packet.Span)));
            foreach (var packet in Packets(segment))
            {
                var pid = Pid(packet.Span);
                var counter = packet.Span[3] & 0x0F;
                if (counters.TryGetValue(pid, out var last))
                    Assert.Equal((last + 1) & 0x0F, counter);
                counters[pid] = counter;
            }
        }
    }

    [Fact]
    public async Task Frames_are_not_changed()
    {
        var bytes = await AudioAsync("mp3", 128, 44100, 2);
        Assert.Equal(bytes, Mux(bytes).Segments.SelectMany(Payload).ToArray());
    }

    [Fact]
    public void No_input_gives_no_segment() => Assert.Null(new TsMuxer(new AudioFormat(AudioCodec.Mp3, 44100, 2), Target).Complete());

    private static Task<byte[]> AudioAsync(string codec, int kbps, int sampleRate, int channels) =>
        codec == "mp3" ? Encoded.Mp3Async(kbps, sampleRate, channels, 20, "noise") : Encoded.AacAsync(kbps, sampleRate, channels, 20, "noise");

    private static (List<RentedSegment> Segments, long Samples) Mux(byte[] bytes)
    {
        Assert.True(FrameHeader.TryRead(bytes, out var first));
        var muxer = new TsMuxer(new AudioFormat(first.Codec, first.SampleRate, first.Channels), Target);
        var segments = new List<RentedSegment>();
        long samples = 0;
        for (var rest = bytes.AsSpan(); FrameHeader.TryRead(rest, out var header); rest = rest[header.Length..])
        {
            samples += header.Samples;
            if (muxer.Write(rest[..header.Length], header) is { } segment)
                segments.Add(segment);
        }
        if (muxer.Complete() is { } last)
            segments.Add(last);
        return (segments, samples);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Packets(RentedSegment segment)
    {
        Assert.Equal(0, segment.Bytes.Length % PacketSize);
        return Enumerable.Range(0, segment.Bytes.Length / PacketSize).Select(index => segment.Bytes.Slice(index * PacketSize, PacketSize));
    }

    private static int Pid(ReadOnlySpan<byte> packet) => BinaryPrimitives.ReadUInt16BigEndian(packet[1..]) & 0x1FFF;

    /// <summary>The payload of the PES packets of a segment.</summary>
    private static IEnumerable<byte> Payload(RentedSegment segment)
    {
        const int audioPid = 0x100, pesHeader = 14;
        foreach (var packet in Packets(segment).Where(packet => Pid(packet.Span) == audioPid))
        {
            var at = 4 + ((packet.Span[3] & 0x20) != 0 ? 1 + packet.Span[4] : 0) + ((packet.Span[1] & 0x40) != 0 ? pesHeader : 0);
            foreach (var value in packet[at..].ToArray())
                yield return value;
        }
    }
}
