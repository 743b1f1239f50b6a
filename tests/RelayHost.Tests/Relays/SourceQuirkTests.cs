using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Progressive;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.RelayHost.Tests.Relays;

/// <summary>Quirks of real sources: they repeat audio, send in bursts, publish their titles elsewhere and announce wrong bitrates.</summary>
[Trait("Speed", "slow")]
public sealed class SourceQuirkTests
{
    private const string Head = "HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_short_break_repeats_nothing_and_dates_stay_near_the_clock()
    {
        // 32 kbit/s: a burst of 64 KiB, as Icecast sends, is 16 s.
        var noise = await Encoded.Mp3Async(32, 22050, 1, 120, "noise");
        const int rate = 4_000, burst = 64 * 1024;
        var started = TimeProvider.System.GetTimestamp();
        var cuts = new[] { new CancellationTokenSource(), new CancellationTokenSource() };
        var connections = 0;
        await using var source = ScriptedSource.Start(async connection =>
        {
            if (connection.IsStatusPage)
                return;
            var number = Interlocked.Increment(ref connections);
            // The current audio, with a burst of the audio before it.
            var edge = burst + (int)(TimeProvider.System.GetElapsedTime(started).TotalSeconds * rate);
            await connection.SendAsync(Head);
            await connection.SendAsync(noise.AsMemory(edge - burst, burst));
            var streaming = connection.SendForEverAsync(noise.AsMemory(edge), rate);
            await (number <= cuts.Length ? Task.WhenAny(streaming, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cuts[number - 1].Token)) : streaming);
        });
        await using var fixture = new RelayFixture(new RelayOptions { SegmentDuration = TimeSpan.FromSeconds(2) });
        var relay = await fixture.StartAsync(source.Url);
        var reader = relay.Ring.Open(TimeSpan.Zero);
        var heard = new List<AudioChunk>();
        var furthest = TimeSpan.MinValue;
        foreach (var cut in cuts)
        {
            var before = connections;
            await ListenAsync(TimeSpan.FromSeconds(3));
            await cut.CancelAsync();
            await Eventually.That(() => connections > before && relay.State == RelayState.Live, Deadline, "the relay is live again");
        }
        await ListenAsync(TimeSpan.FromSeconds(3));
        var bytes = Encoded.Join(heard);
        var first = noise.AsSpan().IndexOf(bytes.AsSpan(0, 400));
        Assert.Equal(noise[first..(first + bytes.Length)], bytes);
        Assert.InRange(furthest.TotalSeconds, -10, 2.05);
        Assert.True(heard.Count > 60);

        async Task ListenAsync(TimeSpan time)
        {
            for (var from = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(from) < time;)
            {
                Assert.Equal(RingRead.Chunk, await reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Deadline));
                heard.Add(reader.Chunk!);
                if (relay.Playlist.End - TimeProvider.System.GetUtcNow() is { } ahead && ahead > furthest)
                    furthest = ahead;
            }
        }
    }

    [Fact]
    public async Task A_file_that_is_sent_at_once_does_not_run_ahead_of_the_clock()
    {
        var mp3 = await Encoded.Mp3Async(128, seconds: 29, sound: "noise");
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync(Head);
            await connection.SendAsync(mp3.AsMemory(0, 16_000 * 8));
            await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, connection.Ending);
            await connection.SendAsync(mp3.AsMemory(16_000 * 8));
            await connection.BeSilentAsync();
        });
        await using var fixture = new RelayFixture(new RelayOptions { SegmentDuration = TimeSpan.FromSeconds(2) });
        var relay = await fixture.StartAsync(source.Url);
        var first = relay.Playlist.NextSequence;
        await Eventually.That(() =>
        {
            Assert.True(relay.Playlist.End is not { } end || end - TimeProvider.System.GetUtcNow() < TimeSpan.FromSeconds(2.05), "it is ahead of the clock");
            return relay.Playlist.NextSequence >= first + 10;
        }, Deadline, "more than the first audio is published");
    }

    [Fact]
    public async Task A_source_that_sends_in_bursts_of_twelve_seconds_is_not_silent()
    {
        var clock = new ManualTimeProvider();
        var mp3 = await Encoded.Mp3Async(128, seconds: 60, sound: "noise");
        var next = new SemaphoreSlim(1);
        await using var source = ScriptedSource.Start(async connection =>
        {
            if (connection.IsStatusPage)
                return;
            await connection.SendAsync(Head);
            for (var at = 0; at < mp3.Length; at += 12 * 16_000)
            {
                await next.WaitAsync(connection.Ending);
                await connection.SendAsync(mp3.AsMemory(at, Math.Min(12 * 16_000, mp3.Length - at)));
            }
        });
        await using var fixture = new RelayFixture(time: clock);
        var relay = await fixture.StartAsync(source.Url);
        for (var bursts = 1; bursts <= 4; bursts++)
        {
            var expected = (bursts * 12 * 16_000) - 24_000;
            var read = 0;
            await Eventually.That(() => (read = Heard()) >= expected || relay.State == RelayState.Retrying, Deadline, $"burst {bursts} is heard");
            Assert.Equal(RelayState.Live, relay.State);
            for (var second = 0; second < 12; second++)
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                await Task.Yield();
            }
            next.Release();
        }
        Assert.DoesNotContain(fixture.Events<RelayStateChanged>(), change => change.State == RelayState.Retrying);

        int Heard() => (int)(relay.Ring.Newest is null ? 0 : relay.Ring.Next * 4_179);
    }

    [Fact]
    public async Task A_source_without_titles_gets_those_of_its_status_page()
    {
        await using var station = Station.Start(await Station.Sound.Mp3Async());
        station.Publish("/7.html", "<html><body>1,1,2,3,4,128,First &amp; one</body></html>");
        await using var fixture = new RelayFixture();
        var relay = await fixture.StartAsync(station.Url);
        await Eventually.That(() => relay.Ring.Newest?.Title == "First & one", Deadline, "the page's title is on air");
        station.Publish("/7.html", "<html><body>1,1,2,3,4,128,Second</body></html>");
        await Eventually.That(() => relay.Ring.Newest?.Title == "Second", Deadline, "the next title is on air");
        Assert.Equal(["First & one", "Second"], fixture.Events<RelayTitleChanged>().Select(change => change.Title));
    }

    [Fact]
    public async Task A_wrong_announced_bitrate_is_replaced_by_the_measured_one()
    {
        var mp3 = await Encoded.Mp3Async(64, seconds: 30);
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync("ICY 200 OK\r\nicy-br:320\r\n\r\n");
            await connection.SendAsync(mp3.AsMemory(0, 8_000 * 8));
            await connection.BeSilentAsync();
        });
        await using var fixture = new RelayFixture();
        var relay = await fixture.StartAsync(source.Url);
        await Eventually.That(() => fixture.Events<RelayAudioChanged>().Any(), Deadline, "the measured bitrate is reported");
        Assert.Equal(320, fixture.Events<RelayStateChanged>().Last(change => change.State == RelayState.Live).BitrateKbps);
        Assert.Equal(64, Assert.Single(fixture.Events<RelayAudioChanged>()).BitrateKbps);
        Assert.Equal(8_000, relay.Ring.BytesPerSecond);
    }
}
