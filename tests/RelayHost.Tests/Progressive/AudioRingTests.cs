using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Progressive;
using AudioOrleans.Testing;

namespace AudioOrleans.RelayHost.Tests.Progressive;

public sealed class AudioRingTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly AudioFormat Format = new(AudioCodec.Mp3, 44100, 2);

    [Fact]
    public async Task A_new_listener_gets_the_burst_and_no_more()
    {
        var ring = new AudioRing(80);
        for (var i = 0; i < 40; i++)
            ring.Append(Chunk(i));
        var reader = ring.Open(TimeSpan.FromSeconds(4));
        var count = 0;
        for (; reader.HasNext; count++)
        {
            Assert.Equal(RingRead.Chunk, await reader.ReadAsync(CancellationToken.None));
            Assert.Equal(24 + count, Number(reader));
        }
        Assert.Equal(16, count);
    }

    [Theory]
    [InlineData(100, 0, 16)]
    [InlineData(100, 1000, 16)]
    [InlineData(100, 3000, 30)]
    [InlineData(100, 64 * 1024, 40)]
    public void A_burst_at_a_low_bitrate_has_a_minimum_of_bytes(int bytesPerChunk, int minimumBytes, int chunks)
    {
        var ring = new AudioRing(80);
        for (var i = 0; i < 40; i++)
            ring.Append(new AudioChunk(new byte[bytesPerChunk], TimeSpan.FromMilliseconds(250), Format));
        var reader = ring.Open(TimeSpan.FromSeconds(4), minimumBytes);
        Assert.Equal(40 - chunks, reader.Position);
    }

    [Fact]
    public void A_burst_contains_only_one_codec()
    {
        var ring = new AudioRing(80);
        for (var i = 0; i < 20; i++)
            ring.Append(Chunk(i));
        for (var i = 20; i < 24; i++)
            ring.Append(Chunk(i) with { Format = new AudioFormat(AudioCodec.Aac, 44100, 2) });
        Assert.Equal(20, ring.Open(TimeSpan.FromSeconds(4)).Position);
    }

    [Fact]
    public async Task After_a_long_silence_new_listeners_get_only_new_audio_and_earlier_ones_miss_nothing()
    {
        var ring = new AudioRing(80);
        for (var i = 0; i < 10; i++)
            ring.Append(Chunk(i));
        var earlier = ring.Open(TimeSpan.Zero);
        ring.ForgetPast();
        Assert.Null(ring.Newest);
        var joining = ring.Open(TimeSpan.FromSeconds(4));
        ring.Append(Chunk(10));
        foreach (var reader in new[] { earlier, joining, ring.Open(TimeSpan.FromSeconds(4)) })
        {
            Assert.Equal(RingRead.Chunk, await reader.ReadAsync(CancellationToken.None));
            Assert.Equal(10, Number(reader));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task A_burst_is_never_longer_than_the_audio_in_the_ring(int written)
    {
        var ring = new AudioRing(8);
        for (var i = 0; i < written; i++)
            ring.Append(Chunk(i));
        var reader = ring.Open(TimeSpan.FromHours(1));
        var expected = Math.Min(written, 7);
        for (var i = 0; i < expected; i++)
        {
            Assert.Equal(RingRead.Chunk, await reader.ReadAsync(CancellationToken.None));
            Assert.Equal(written - expected + i, Number(reader));
        }
        Assert.False(reader.HasNext);
    }

    [Fact]
    public async Task A_reader_that_is_too_slow_is_overtaken()
    {
        var ring = new AudioRing(8);
        ring.Append(Chunk(0));
        var reader = ring.Open(TimeSpan.FromHours(1));
        for (var i = 1; i < 8; i++)
            ring.Append(Chunk(i));
        // Chunk 0 is in the slot that is written next, so it already counts as overwritten.
        Assert.Equal(RingRead.Overtaken, await reader.ReadAsync(CancellationToken.None));
        Assert.Equal(RingRead.Overtaken, await reader.ReadAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Readers_finish_the_remaining_chunks_after_the_ring_closes()
    {
        var ring = new AudioRing(8);
        ring.Append(Chunk(0));
        var behind = ring.Open(TimeSpan.FromHours(1));
        var waiting = ring.Open(TimeSpan.Zero);
        var read = waiting.ReadAsync(CancellationToken.None).AsTask();
        Assert.False(read.IsCompleted);
        ring.Close();
        Assert.Equal(RingRead.Closed, await Eventually.Ends(read, Deadline, "a waiting reader is woken"));
        Assert.Equal(RingRead.Chunk, await behind.ReadAsync(CancellationToken.None));
        Assert.Equal(RingRead.Closed, await behind.ReadAsync(CancellationToken.None));
        Assert.True(ring.IsClosed);
    }

    [Fact]
    public void Waiting_readers_are_woken_by_the_first_chunk_and_then_by_every_second_one()
    {
        var ring = new AudioRing(8);
        var woken = new List<bool>();
        for (var i = 0; i < 5; i++)
        {
            var waiting = ring.WaitForReadersAsync(i);
            Assert.False(waiting.IsCompleted);
            ring.Append(Chunk(i));
            woken.Add(waiting.IsCompleted);
        }
        Assert.Equal([true, false, true, false, true], woken);
    }

    [Fact]
    public async Task A_listener_who_leaves_stops_waiting()
    {
        var ring = new AudioRing(8);
        using var leaving = new CancellationTokenSource();
        var read = ring.Open(TimeSpan.Zero).ReadAsync(leaving.Token).AsTask();
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.Ends(read, Deadline, "a cancelled read ends"));
    }

    [Fact]
    public async Task A_hundred_readers_read_every_chunk_once_in_order_or_are_overtaken()
    {
        const int Chunks = 100_000;
        var ring = new AudioRing(16);
        var overtaken = 0;
        var read = 0L;
        var readers = Enumerable.Range(0, 100).Select(i => Task.Run(async () =>
        {
            while (true)
            {
                var reader = ring.Open(TimeSpan.FromSeconds(i % 4));
                var previous = -1;
                RingRead result;
                while ((result = await reader.ReadAsync(CancellationToken.None)) == RingRead.Chunk)
                {
                    var number = Number(reader);
                    if (previous >= 0 && number != previous + 1)
                        throw new InvalidOperationException($"{number} after {previous}");
                    previous = number;
                    Interlocked.Increment(ref read);
                }
                if (result == RingRead.Closed)
                    return previous;
                Interlocked.Increment(ref overtaken);
            }
        })).ToList();
        for (var i = 0; i < Chunks; i++)
        {
            ring.Append(Chunk(i));
            if (i % 64 == 0)
                await Task.Yield();
        }
        ring.Close();
        var all = await Eventually.Ends(Task.WhenAll(readers), Deadline, "all readers end with the ring");
        Assert.All(all, last => Assert.True(last is -1 or Chunks - 1, $"the last chunk read was {last}"));
        Assert.True(overtaken > 0, "the test was hard enough for some readers");
        Assert.True(read > 10_000, "the test was easy enough for most");
    }

    [Fact]
    public async Task No_reader_waits_forever_when_the_ring_closes_during_a_write()
    {
        for (var round = 0; round < 2000; round++)
        {
            var ring = new AudioRing(4);
            var reader = ring.Open(TimeSpan.Zero);
            var reading = Task.Run(async () =>
            {
                while (await reader.ReadAsync(CancellationToken.None) == RingRead.Chunk)
                {
                }
            });
            var writing = Task.Run(() => ring.Append(Chunk(0)));
            ring.Close();
            await writing;
            await reading.WaitAsync(Deadline);
        }
    }

    private static AudioChunk Chunk(int number) => new(BitConverter.GetBytes(number), TimeSpan.FromMilliseconds(250), Format);

    private static int Number(RingReader reader) => BitConverter.ToInt32(reader.Chunk!.Bytes.Span);
}
