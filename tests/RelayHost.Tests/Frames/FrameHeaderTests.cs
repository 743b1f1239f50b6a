using System.Globalization;
using AudioOrleans.RelayHost.Frames;

namespace AudioOrleans.RelayHost.Tests.Frames;

public sealed class FrameHeaderTests
{
    public static TheoryData<string, int, int, int> Encodings => new()
    {
        { "mp3", 320, 48000, 2 }, { "mp3", 128, 44100, 2 }, { "mp3", 32, 32000, 1 }, { "mp3", 4, 44100, 2 },
        { "mp3", 160, 24000, 2 }, { "mp3", 64, 22050, 1 }, { "mp3", 16, 16000, 2 },
        { "mp3", 64, 12000, 2 }, { "mp3", 24, 11025, 1 }, { "mp3", 8, 8000, 1 },
        { "aac", 320, 48000, 2 }, { "aac", 128, 44100, 2 }, { "aac", 64, 32000, 1 }, { "aac", 32, 22050, 2 }, { "aac", 12, 8000, 1 }, { "aac", 192, 96000, 2 },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Frames_are_as_long_as_ffprobe_reports(string codec, int kbps, int sampleRate, int channels)
    {
        // For the encoder, bitrates below 10 are VBR qualities, except for the real rate of 8 kbit/s.
        var bytes = codec == "mp3" ? await Encoded.Mp3Async(kbps, sampleRate, channels, seconds: 3) : await Encoded.AacAsync(kbps, sampleRate, channels, seconds: 3);
        var probed = await Encoded.ProbeAsync(bytes, codec);
        var stream = probed.GetProperty("streams")[0];
        Assert.Equal(sampleRate.ToString(CultureInfo.InvariantCulture), stream.GetProperty("sample_rate").GetString());
        var sizes = probed.GetProperty("packets").EnumerateArray()
            .Select(packet => int.Parse(packet.GetProperty("size").GetString()!, CultureInfo.InvariantCulture)).ToList();

        var found = new List<FrameHeader>();
        for (var at = 0; at + FrameHeader.Size <= bytes.Length; at += found[^1].Length)
        {
            Assert.True(FrameHeader.TryRead(bytes.AsSpan(at), out var header), $"expected a header at byte {at}");
            found.Add(header);
        }
        Assert.Equal(sizes, found.Select(header => header.Length));
        var samples = codec == "aac" ? 1024 : sampleRate >= 32000 ? 1152 : 576;
        Assert.All(found, header => Assert.Equal(
            (codec == "mp3" ? AudioCodec.Mp3 : AudioCodec.Aac, sampleRate, channels, samples),
            (header.Codec, header.SampleRate, header.Channels, header.Samples)));
    }

    [Theory]
    [InlineData("FF FB 90", "too short")]
    [InlineData("FE FB 90 00 00 00 00", "no sync")]
    [InlineData("FF FB 00 00 00 00 00", "free format")]
    [InlineData("FF FB F0 00 00 00 00", "bad bitrate")]
    [InlineData("FF FB 9C 00 00 00 00", "reserved sample rate")]
    [InlineData("FF EB 90 00 00 00 00", "reserved version")]
    [InlineData("FF FD 90 00 00 00 00", "layer II")]
    [InlineData("FF FF 90 00 00 00 00", "layer I")]
    [InlineData("FF F1 74 80 10 00 00", "reserved ADTS sample rate")]
    [InlineData("FF F1 50 80 00 C0 00", "an ADTS frame shorter than its header")]
    [InlineData("FF E1 50 80 10 1F FC", "half an ADTS sync word")]
    public void Invalid_headers_are_rejected(string bytes, string because)
    {
        Assert.False(FrameHeader.TryRead(Convert.FromHexString(bytes.Replace(" ", "", StringComparison.Ordinal)), out _), because);
    }
}
