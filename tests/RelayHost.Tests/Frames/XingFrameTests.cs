using System.Buffers.Binary;
using AudioOrleans.RelayHost.Frames;

namespace AudioOrleans.RelayHost.Tests.Frames;

public sealed class XingFrameTests
{
    [Theory]
    [InlineData(48000, 2)]
    [InlineData(44100, 1)]
    [InlineData(32000, 2)]
    [InlineData(24000, 2)]
    [InlineData(22050, 1)]
    [InlineData(16000, 2)]
    [InlineData(12000, 1)]
    [InlineData(11025, 2)]
    [InlineData(8000, 1)]
    public void It_is_a_frame_of_the_same_format_and_describes_the_frames_that_follow(int sampleRate, int channels)
    {
        var frame = XingFrame.Make(sampleRate, channels, samples: 1152 * 1000, bytes: 400_000, isConstant: false, part => (long)(400_000 * part * part));
        Assert.True(FrameHeader.TryRead(frame, out var header));
        Assert.Equal((AudioCodec.Mp3, frame.Length, sampleRate, channels), (header.Codec, header.Length, header.SampleRate, header.Channels));
        Assert.True(XingFrame.TryRead(frame, out var described));
        Assert.Equal(new Mp3Description(400_000 + frame.Length, null), described);
        var tag = frame.AsSpan(frame.AsSpan().IndexOf("Xing"u8));
        Assert.Equal(1152 * 1000 / header.Samples, BinaryPrimitives.ReadInt32BigEndian(tag[8..]));
        Assert.Equal(400_000 + frame.Length, BinaryPrimitives.ReadInt32BigEndian(tag[12..]));
        Assert.Equal(64, tag[16 + 50], 1.0); // Half the time is a quarter of the bytes.
        Assert.True(tag[16..116].SequenceEqual(tag[16..116].ToArray().Order().ToArray()));
    }

    [Fact]
    public void A_sample_rate_that_mp3_does_not_support_is_rejected() => Assert.Throws<ArgumentOutOfRangeException>(() => XingFrame.Make(40_000, 2, 0, 0, isConstant: true, _ => 0));
}
