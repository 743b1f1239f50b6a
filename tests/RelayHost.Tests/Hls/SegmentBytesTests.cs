using System.Buffers;
using AudioOrleans.RelayHost.Hls;
using AudioOrleans.Testing;

namespace AudioOrleans.RelayHost.Tests.Hls;

public sealed class SegmentBytesTests
{
    private const int Length = 100_000;

    private static readonly TimeSpan Target = TimeSpan.FromSeconds(6);

    private readonly SegmentBuffer _buffer = new(new SegmentBlocks());

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(SegmentBlocks.BlockSize)]
    [InlineData(SegmentBlocks.BlockSize + 1)]
    [InlineData(Length)]
    public void Written_bytes_are_read_back(int length)
    {
        var bytes = new byte[length];
        Random.Shared.NextBytes(bytes);
        for (var i = 0; i < 3; i++)
        {
            _buffer.Write(bytes);
            Assert.Equal(length, _buffer.WrittenCount);
            var segment = _buffer.Finish();
            Assert.Equal(0, _buffer.WrittenCount);
            Assert.Equal(length, segment.Length);
            Assert.Equal(bytes, segment.ToArray());
            segment.LetGo();
        }
    }

    [Fact]
    public void A_slow_reader_of_a_segment_that_has_left_the_window_still_gets_its_bytes()
    {
        var clock = new ManualTimeProvider();
        var playlist = new LivePlaylist(Target, clock);
        var first = playlist.Add(Filled(1), Target, clock.GetUtcNow(), discontinuity: false);
        Assert.True(first.Bytes.TryHold());
        for (var i = 2; i < 100; i++)
        {
            clock.Advance(Target);
            playlist.Add(Filled((byte)i), Target, clock.GetUtcNow(), discontinuity: false);
        }
        Assert.False(playlist.TryGetSegment(first.Sequence, out _), "it has left the window");
        Assert.True(IsFilled(first.Bytes, 1));
        first.Bytes.Release();
        Assert.False(first.Bytes.TryHold(), "it can no longer be read");
        Assert.Throws<ObjectDisposedException>(first.Bytes.ToArray);
    }

    [Fact]
    public void A_moving_window_does_not_take_more_memory()
    {
        var clock = new ManualTimeProvider();
        var playlist = new LivePlaylist(Target, clock);
        long before = 0;
        for (var i = 0; i < 100; i++)
        {
            if (i == 50)
                before = GC.GetAllocatedBytesForCurrentThread();
            clock.Advance(Target);
            playlist.Add(Filled((byte)i), Target, clock.GetUtcNow(), discontinuity: false);
        }
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 50, 1, SegmentBlocks.BlockSize * 2);
    }

    [Fact]
    public void A_segment_in_two_windows_is_returned_to_the_pool_once()
    {
        var segment = Filled(1);
        Assert.True(segment.TryHold());
        segment.LetGo();
        segment.LetGo();
        Filled(2).LetGo();
        Assert.True(IsFilled(segment, 1));
    }

    [Fact]
    public async Task Readers_and_the_writer_never_share_a_block()
    {
        var window = new SegmentBytes[8];
        for (var i = 0; i < window.Length; i++)
            window[i] = Filled(0);
        var readers = Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            for (var (i, read) = (0, 0); read < 2_000; i++)
            {
                var segment = Volatile.Read(ref window[i % window.Length]);
                if (!segment.TryHold())
                    continue;
                var output = new ArrayBufferWriter<byte>(Length);
                segment.CopyTo(output);
                segment.Release();
                Assert.True(output.WrittenSpan.IndexOfAnyExcept(output.WrittenSpan[0]) < 0, "a segment contains the bytes of another one");
                read++;
            }
        })));
        for (var i = 0; !readers.IsCompleted; i++)
            Interlocked.Exchange(ref window[i % window.Length], Filled((byte)i)).LetGo();
        await readers;
    }

    private SegmentBytes Filled(byte value)
    {
        Span<byte> part = stackalloc byte[1000];
        part.Fill(value);
        for (var i = 0; i < Length / part.Length; i++)
            _buffer.Write(part);
        return _buffer.Finish();
    }

    private static bool IsFilled(SegmentBytes segment, byte value)
    {
        var output = new ArrayBufferWriter<byte>(Length);
        segment.CopyTo(output);
        return output.WrittenCount == Length && output.WrittenSpan.IndexOfAnyExcept(value) < 0;
    }
}
