using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Segmenting;

namespace AudioOrleans.RelayHost.Tests.Segmenting;

public sealed class TsTimeShiftTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.1)]
    [InlineData(3723.4)]
    [InlineData(95443.7)] // The timestamps wrap around exactly there.
    [InlineData(95440)] // Here they wrap around between two of them.
    public async Task A_shifted_stream_equals_one_that_was_muxed_with_that_start(double seconds)
    {
        var frames = await Encoded.Mp3Async(128, seconds: 10, sound: "noise");
        var shifted = new MemoryStream();
        await using (var shift = new TsTimeShift(new MemoryStream(Mux(frames, TimeSpan.Zero)), (long)Math.Round(seconds * TsTimeShift.Clock)))
            await shift.CopyToAsync(shifted, bufferSize: 1000);
        Assert.Equal(Mux(frames, TimeSpan.FromSeconds(seconds)), shifted.ToArray());
    }

    private static byte[] Mux(byte[] frames, TimeSpan start)
    {
        var muxer = new TsMuxer(new AudioFormat(AudioCodec.Mp3, 44100, 2), TimeSpan.FromMinutes(1), start);
        for (var rest = frames.AsSpan(); FrameHeader.TryRead(rest, out var header) && header.Length <= rest.Length; rest = rest[header.Length..])
            Assert.Null(muxer.Write(rest[..header.Length], header));
        return muxer.Complete()!.Bytes.ToArray();
    }
}
