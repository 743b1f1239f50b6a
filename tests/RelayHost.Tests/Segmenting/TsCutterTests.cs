using AudioOrleans.RelayHost.Segmenting;

namespace AudioOrleans.RelayHost.Tests.Segmenting;

/// <summary>Input that ffmpeg cannot be made to write; <see cref="FfmpegSegmenterTests"/> covers its real output.</summary>
public sealed class TsCutterTests
{
    private const long Modulus = 1L << 33;
    private const int Pes = 90_000 / 5;

    private static readonly TimeSpan Target = TimeSpan.FromSeconds(6);

    [Fact]
    public void A_wrap_of_the_timestamps_does_not_affect_the_segments()
    {
        var segments = Cut(new TsCutter(Target, Target), Modulus - (100 * Pes), 300);
        Assert.Equal(10, segments.Count);
        Assert.All(segments, segment => Assert.Equal(Target, segment.Duration));
    }

    [Fact]
    public void Nothing_is_cut_before_the_tables_arrive()
    {
        var cutter = new TsCutter(Target, Target);
        for (var i = 0; i < 100; i++)
            Assert.Null(cutter.Write(Audio(i * Pes, i)));
        Assert.Null(cutter.Complete());
    }

    [Fact]
    public void Every_segment_starts_with_the_tables()
    {
        foreach (var segment in Cut(new TsCutter(Target, Target), 0, 100))
        {
            var bytes = segment.Bytes.ToArray();
            Assert.Equal([0x47, 0x40, 0x00], bytes[..3]);
            Assert.Equal([0x47, 0x50, 0x00], bytes[188..191]);
            Assert.Equal([0x47, 0x41, 0x00], bytes[376..379]);
        }
    }

    [Fact]
    public void The_last_segment_has_the_duration_of_its_content()
    {
        var cutter = new TsCutter(Target, Target);
        Tables(cutter);
        cutter.Write(Audio(0, 0));
        cutter.Write(Continued(1));
        cutter.Write(Audio(Pes, 2));
        Assert.Equal(300, cutter.Complete()!.Duration.TotalMilliseconds);
        Assert.Null(cutter.Complete());
    }

    [Fact]
    public void Input_that_is_not_a_transport_stream_is_rejected()
    {
        var cutter = new TsCutter(Target, Target);
        Assert.Throws<SegmenterException>(() => cutter.Write(new byte[188]));
        Assert.Throws<SegmenterException>(() => cutter.Write("G"u8));
        Assert.Throws<SegmenterException>(() => cutter.Write([]));
    }

    [Fact]
    public void Garbage_behind_sync_bytes_causes_no_other_exception()
    {
        var packet = new byte[188];
        for (var i = 0; i < 200_000; i++)
        {
            var cutter = new TsCutter(Target, Target);
            if (i % 2 == 0)
                Tables(cutter);
            for (var k = 0; k < 4; k++)
            {
                Random.Shared.NextBytes(packet);
                packet[0] = 0x47;
                if (k % 2 == 0)
                    (packet[1], packet[2]) = (0x40, 0);
                try
                {
                    cutter.Write(packet);
                }
                catch (SegmenterException)
                {
                    break; // The only exception that is allowed.
                }
            }
        }
    }

    private static List<CutSegment> Cut(TsCutter cutter, long start, int count)
    {
        Tables(cutter);
        var segments = new List<CutSegment>();
        for (var i = 0; i < count; i++)
        {
            if (cutter.Write(Audio((start + (i * (long)Pes)) % Modulus, i)) is { } segment)
                segments.Add(segment);
        }
        if (cutter.Complete() is { } last)
            segments.Add(last);
        return segments;
    }

    private static void Tables(TsCutter cutter)
    {
        var pat = Packet(0, true, 0, [0, 0, 0xB0, 0x0D, 0, 1, 0xC1, 0, 0, 0, 1, 0xF0, 0x00]);
        var pmt = Packet(0x1000, true, 0, [0, 2, 0xB0, 0x17]);
        Assert.Null(cutter.Write(pat));
        Assert.Null(cutter.Write(pmt));
    }

    private static byte[] Audio(long pts, int counter) => Packet(0x100, true, counter,
    [
        0, 0, 1, 0xC0, 0, 0, 0x80, 0x80, 5,
        (byte)(0x21 | ((pts >> 29) & 0x0E)), (byte)(pts >> 22), (byte)(0x01 | ((pts >> 14) & 0xFE)), (byte)(pts >> 7), (byte)(0x01 | ((pts << 1) & 0xFE)),
    ]);

    private static byte[] Continued(int counter) => Packet(0x100, false, counter, []);

    private static byte[] Packet(int pid, bool startsUnit, int counter, ReadOnlySpan<byte> payload)
    {
        var packet = new byte[188];
        packet[0] = 0x47;
        packet[1] = (byte)((startsUnit ? 0x40 : 0) | (pid >> 8));
        packet[2] = (byte)pid;
        packet[3] = (byte)(0x10 | (counter & 15));
        payload.CopyTo(packet.AsSpan(4));
        return packet;
    }
}
