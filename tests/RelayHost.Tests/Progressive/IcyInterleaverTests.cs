using System.Buffers;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Progressive;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.RelayHost.Tests.Progressive;

public sealed class IcyInterleaverTests
{
    private static readonly AudioFormat Format = new(AudioCodec.Mp3, 44100, 2);

    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(1024)]
    [InlineData(4096)]
    [InlineData(16_000)]
    public void Its_output_is_read_back_as_the_same_audio_and_titles(int interval)
    {
        var (written, expected) = (new ArrayBufferWriter<byte>(), new List<byte>());
        var interleaver = new IcyInterleaver(interval);
        string?[] titles = [null, "first", "first", "Rock'n'Roll; 1999", "", "🎵 日本", "🎵 日本", new('x', 500)];
        foreach (var title in titles)
        {
            // Each title is on air long enough to be written.
            for (var count = 0; count <= interval; count += 1500)
            {
                var bytes = new byte[Random.Shared.Next(1, 3000)];
                Random.Shared.NextBytes(bytes);
                interleaver.Write(written, new AudioChunk(bytes, TimeSpan.FromMilliseconds(250), Format) { Title = title });
                expected.AddRange(bytes);
                count += bytes.Length - 1500;
            }
        }

        var (audio, seen) = (new List<byte>(), new List<string>());
        var demuxer = new IcyDemuxer(interval);
        for (var rest = written.WrittenMemory; !rest.IsEmpty;)
        {
            var step = Math.Min(rest.Length, Random.Shared.Next(1, 2000));
            var part = rest.Span[..step];
            rest = rest[step..];
            while (demuxer.TryRead(ref part, out var run, out var title))
            {
                audio.AddRange(run);
                if (title is not null)
                    seen.Add(title);
            }
        }
        Assert.Equal(expected, audio);
        Assert.Equal(["first", "Rock'n'Roll; 1999", "", "🎵 日本", new('x', 500)], seen);
    }

    [Theory]
    [InlineData(0, 1024)]
    [InlineData(4_000, 1024)]
    [InlineData(16_000, 4000)]
    [InlineData(40_000, 10_000)]
    [InlineData(1_000_000, 16_000)]
    public void The_interval_is_a_quarter_of_a_second_within_bounds(int bytesPerSecond, int interval) =>
        Assert.Equal(interval, IcyInterleaver.IntervalFor(bytesPerSecond));
}
