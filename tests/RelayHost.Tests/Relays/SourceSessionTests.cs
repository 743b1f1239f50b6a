using System.IO.Pipelines;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Progressive;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.RelayHost.Sources;
using AudioOrleans.Testing;

namespace AudioOrleans.RelayHost.Tests.Relays;

public sealed class SourceSessionTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _clock = new();
    private readonly Pipe _source = new(new PipeOptions(pauseWriterThreshold: 0));
    private readonly List<AudioChunk> _chunks = [];
    private readonly List<string> _titles = [];

    [Fact]
    public async Task A_source_that_sends_nothing_for_ten_seconds_is_silent()
    {
        var session = RunAsync();
        await SendAsync(Encoded.Chunks(await Encoded.Mp3Async(128))[..8]);
        await Eventually.That(() => Received >= 1.5, Deadline, "the audio is received");
        // The audio that it sent plays first.
        _clock.Advance(TimeSpan.FromSeconds(9.9 + Received));
        Assert.False(session.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(SourceFault.Silent, (await Fault(session)).Fault);
    }

    [Fact]
    public async Task A_source_that_is_far_ahead_is_silent_after_twice_as_long()
    {
        var session = RunAsync();
        await SendAsync(Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 20)));
        await Eventually.That(() => Received >= 19, Deadline, "the audio is received");
        _clock.Advance(TimeSpan.FromSeconds(19.9));
        Assert.False(session.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(SourceFault.Silent, (await Fault(session)).Fault);
    }

    [Fact]
    public async Task A_source_that_trickles_is_too_slow()
    {
        var session = RunAsync();
        var chunks = Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 60));
        // A quarter of a second of audio every second: not silent, but too slow.
        for (var i = 0; i < 32 && !session.IsCompleted; i++)
        {
            await SendAsync(chunks[i..(i + 1)]);
            var expected = i;
            await Eventually.That(() => session.IsCompleted || _chunks.Count >= expected, Deadline, "the audio is received");
            _clock.Advance(TimeSpan.FromSeconds(1));
        }
        var fault = await Fault(session);
        Assert.Equal(SourceFault.TooSlow, fault.Fault);
        Assert.InRange(_chunks.Count, 29, 32);
    }

    [Fact]
    public async Task Audio_that_is_sent_at_once_is_received_at_most_half_a_minute_ahead()
    {
        using var cancellation = new CancellationTokenSource();
        var session = RunAsync(cancellationToken: cancellation.Token);
        await SendAsync(Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 120)));
        await Eventually.That(() => Received > 30 && _clock.PendingTimers > 0, Deadline, "half a minute is received");
        for (var waited = 0; waited < 60; waited += 5)
        {
            await Eventually.That(() => Received > 30 + waited && _clock.PendingTimers > 0, Deadline, "more audio is received as it plays");
            Assert.InRange(Received, 30 + waited, 31.5 + waited);
            _clock.Advance(TimeSpan.FromSeconds(5));
        }
        Assert.False(session.IsCompleted, "a throttled source is not silent");
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.Ends(session, Deadline, "the session ends"));
    }

    [Fact]
    public async Task A_file_that_is_sent_again_is_not_received_faster()
    {
        var buffer = new SourceBuffer(_clock);
        var chunks = Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 20));
        await SendAsync(chunks);
        await _source.Writer.CompleteAsync();
        Assert.Equal(SourceFault.Ended, (await Fault(RunAsync(buffer))).Fault);
        Assert.InRange(buffer.Current.TotalSeconds, 19, 20.1);

        var second = new SourceSessionTests();
        using var cancellation = new CancellationTokenSource();
        var session = second.RunAsync(buffer, _clock, cancellationToken: cancellation.Token);
        await second.SendAsync(chunks);
        await Eventually.That(() => second.Received > 10 && _clock.PendingTimers > 0, Deadline, "the source buffer is full");
        Assert.InRange(second.Received, 10, 12);
        Assert.False(session.IsCompleted);
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Eventually.Ends(session, Deadline, "the session ends"));
    }

    [Fact]
    public async Task Bytes_without_audio_end_the_session()
    {
        var session = RunAsync();
        await _source.Writer.WriteAsync(new byte[300 * 1024]);
        Assert.Equal(SourceFault.NotAudio, (await Fault(session)).Fault);
    }

    [Fact]
    public async Task Chunks_carry_the_title_that_was_on_air()
    {
        var audio = Encoded.Join(Encoded.Chunks(await Encoded.Mp3Async(128)));
        var session = RunAsync(interval: 16_000);
        var titles = new[] { "one", "one", "two", "", "three" };
        for (var i = 0; i < titles.Length; i++)
        {
            await _source.Writer.WriteAsync(audio.AsMemory(i * 16_000, 16_000));
            await _source.Writer.WriteAsync(StreamTitle.ToBlock(titles[i]));
        }
        await _source.Writer.WriteAsync(audio.AsMemory(80_000, 16_000));
        await _source.Writer.CompleteAsync();
        Assert.Equal(SourceFault.Ended, (await Fault(session)).Fault);
        Assert.Equal(["one", "two", "", "three"], _titles);
        Assert.Equal([null, "one", "two", "", "three"], _chunks.Select(chunk => chunk.Title).Aggregate(new List<string?>(), (runs, title) =>
        {
            if (runs.Count == 0 || runs[^1] != title)
                runs.Add(title);
            return runs;
        }));
        Assert.Equal(audio[..Encoded.Join(_chunks).Length], Encoded.Join(_chunks));
    }

    private double Received
    {
        get
        {
            lock (_chunks)
                return Encoded.Sum(_chunks).TotalSeconds;
        }
    }

    private Task RunAsync(SourceBuffer? buffer = null, ManualTimeProvider? clock = null, int interval = 0, CancellationToken cancellationToken = default)
    {
        clock ??= _clock;
        var connection = new SourceConnection(
            new Uri("http://127.0.0.1/"), new HttpResponseMessage(), _source.Reader.AsStream(), new IcyAnnouncement(interval, null, null, null, null), null, default);
        var session = new SourceSession(connection, new Overlap(new AudioRing(8), clock), buffer ?? new SourceBuffer(clock), new RelayOptions(), clock);
        return Task.Run(() => session.RunAsync(
            chunk =>
            {
                lock (_chunks)
                    _chunks.Add(chunk);
            },
            _titles.Add,
            cancellationToken), CancellationToken.None);
    }

    private async Task SendAsync(IEnumerable<AudioChunk> chunks) => await _source.Writer.WriteAsync(Encoded.Join(chunks));

    private static Task<SourceException> Fault(Task session) =>
        Assert.ThrowsAsync<SourceException>(() => Eventually.Ends(session, Deadline, "the session ends"));
}
