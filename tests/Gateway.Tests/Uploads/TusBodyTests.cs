using System.IO.Pipelines;
using AudioOrleans.Gateway.Uploads.Tus;
using AudioOrleans.Testing;

namespace AudioOrleans.Gateway.Tests.Uploads;

public sealed class TusBodyTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly ManualTimeProvider _time = new();
    private readonly Pipe _pipe = new();
    private readonly byte[] _buffer = new byte[100];

    private TusBody Body => field ??= new TusBody(_pipe.Reader, _time);

    [Fact]
    public async Task A_read_that_times_out_loses_nothing()
    {
        var early = Body.ReadAsync(_buffer, TimeSpan.FromSeconds(3)).AsTask();
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(0, await Eventually.Ends(early, Deadline, "the read times out"));
        await _pipe.Writer.WriteAsync(new byte[] { 1, 2, 3 });
        Assert.True(await Body.HasMoreAsync());
        Assert.Equal(2, await Body.ReadAsync(_buffer.AsMemory(0, 2), TimeSpan.FromSeconds(3)));
        Assert.Equal(1, await Body.ReadAsync(_buffer.AsMemory(2), TimeSpan.FromSeconds(3)));
        Assert.Equal([1, 2, 3], _buffer[..3]);
        await _pipe.Writer.CompleteAsync();
        Assert.False(await Body.HasMoreAsync());
        Assert.False(Body.HasFallenSilent);
    }

    [Fact]
    public async Task A_sender_that_stops_sending_times_out()
    {
        await _pipe.Writer.WriteAsync(new byte[] { 1 });
        _time.Advance(TusBody.Silence); // Received bytes are available however late they are read.
        Assert.Equal(1, await Body.ReadAsync(_buffer, TimeSpan.MaxValue));
        var more = Body.HasMoreAsync().AsTask();
        _time.Advance(TusBody.Silence - TimeSpan.FromSeconds(1));
        Assert.False(more.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(await Eventually.Ends(more, Deadline, "the sender times out"));
        Assert.True(Body.HasFallenSilent);
        await _pipe.Writer.WriteAsync(new byte[] { 2 });
        Assert.Equal(0, await Body.ReadAsync(_buffer, TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task An_interrupted_body_is_not_read_again()
    {
        await _pipe.Writer.CompleteAsync(new IOException("reset"));
        Assert.False(await Body.HasMoreAsync());
        await _pipe.Reader.CompleteAsync(); // From now on, reading throws an exception that is not caught.
        Assert.Equal(0, await Body.ReadAsync(_buffer, TimeSpan.FromSeconds(3)));
        Assert.False(Body.HasFallenSilent);
    }
}
