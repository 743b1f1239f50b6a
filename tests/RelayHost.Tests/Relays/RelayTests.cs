using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Progressive;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.RelayHost.Tests.Relays;

public sealed class RelayTests
{
    private const string Head = "HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_station_of_a_real_icecast_is_relayed_with_its_titles()
    {
        await using var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/live", await Tone.Mp3Async());
        await icecast.SetTitleAsync("/live", "Artist - Ünïcödé");
        await using var fixture = new RelayFixture(new RelayOptions { SegmentDuration = TimeSpan.FromSeconds(2) });
        var relay = await fixture.StartAsync(icecast.Mount("/live"));
        await Eventually.That(() => relay.Playlist.Current is not null, Deadline, "the playlist is available");
        Assert.Equal(RelayState.Live, relay.State);
        Assert.Equal(new AudioFormat(AudioCodec.Mp3, 44100, 2), relay.Ring.Format);
        Assert.Equal(16_000, relay.Ring.BytesPerSecond);
        var live = fixture.Events<RelayStateChanged>().Last();
        Assert.Equal((RelayState.Live, 128), (live.State, live.BitrateKbps));
        await Eventually.That(() => fixture.Events<RelayTitleChanged>().Any(recorded => recorded.Title == "Artist - Ünïcödé"), Deadline, "the title is reported");
        await icecast.SetTitleAsync("/live", "next");
        await Eventually.That(() => fixture.Events<RelayTitleChanged>().Last().Title == "next", Deadline, "the next title is reported");
        await Eventually.That(() => relay.Ring.Newest?.Title == "next", Deadline, "the chunks carry it");
    }

    [Fact]
    public async Task A_source_that_drops_and_returns_is_back_within_two_segments()
    {
        var mp3 = await Encoded.Mp3Async(128, seconds: 60, sound: "noise");
        using var drop = new CancellationTokenSource();
        var connections = 0;
        await using var source = ScriptedSource.Start(async connection =>
        {
            if (connection.IsStatusPage)
                return;
            // A burst as from a real server, so that the playlist is available at once; the burst after the break is a different one.
            var number = Interlocked.Increment(ref connections);
            await connection.SendAsync(Head);
            await connection.SendAsync(mp3.AsMemory(16_000 * 8 * number, 16_000 * 8));
            var streaming = connection.SendForEverAsync(mp3.AsMemory(16_000 * 8 * (number + 1)), 16_000);
            await (number == 1 ? Task.WhenAny(streaming, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, drop.Token)) : streaming);
        });
        await using var fixture = new RelayFixture(new RelayOptions { SegmentDuration = TimeSpan.FromSeconds(2) });
        var relay = await fixture.StartAsync(source.Url);
        await Eventually.That(() => relay.Playlist.Current is not null, Deadline, "the playlist is available");
        await drop.CancelAsync();
        await Eventually.That(() => relay.State == RelayState.Retrying, Deadline, "the drop is detected");
        var last = relay.Playlist.LastSequence;
        var dropped = TimeProvider.System.GetTimestamp();
        // The rest of the old session becomes a segment; the one after it contains new audio.
        await Eventually.That(() => relay.State == RelayState.Live && relay.Playlist.LastSequence >= last + 2, Deadline, "the relay is live again");
        Assert.InRange(TimeProvider.System.GetElapsedTime(dropped).TotalSeconds, 0, 4);
        Assert.Contains(
            Enumerable.Range(1, 3).Select(i => relay.Playlist.TryGetSegment(last + i, out var segment) ? segment : null), segment => segment is { Discontinuity: true });
        Assert.Equal(
            [RelayState.Connecting, RelayState.Live, RelayState.Retrying, RelayState.Live],
            fixture.Events<RelayStateChanged>().Select(change => change.State));
    }

    [Fact]
    public async Task A_dropped_source_is_marked_offline_after_five_minutes_and_then_retried_slowly()
    {
        var clock = new ManualTimeProvider();
        await using var fixture = new RelayFixture(time: clock);
        await fixture.StartAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}/"));
        List<RelayStateChanged> Failures() => [.. fixture.Events<RelayStateChanged>().Where(change => change.State is RelayState.Retrying or RelayState.Offline)];
        while (Failures().Count(change => change.State == RelayState.Offline) < 6)
            await StepToNextTry(clock, () => Failures().Count);

        var failures = Failures();
        var offline = failures.FindIndex(change => change.State == RelayState.Offline);
        Assert.InRange((failures[offline].At - failures[0].At).TotalSeconds, 300, 300.5);
        Assert.All(failures[..offline], change => Assert.Equal(RelayState.Retrying, change.State));
        Assert.All(failures[offline..], change => Assert.Equal(RelayState.Offline, change.State));
        Assert.All(failures, change => Assert.Contains("unreachable", change.Reason, StringComparison.Ordinal));
        Assert.InRange(offline, 12, 60);
        foreach (var (one, next) in failures[..offline].Zip(failures[1..offline]))
            Assert.InRange((next.At - one.At).TotalSeconds, 0.1, 30.5);
        // The first try after going offline comes at once; the later ones are a minute apart.
        foreach (var (one, next) in failures[(offline + 1)..].Zip(failures[(offline + 2)..]))
            Assert.InRange((next.At - one.At).TotalSeconds, 48, 72.5);

        var heartbeats = fixture.Events<RelayRunning>().ToList();
        var first = heartbeats[0].At - TimeSpan.FromSeconds(30);
        Assert.Equal(Enumerable.Range(1, heartbeats.Count).Select(i => first + (i * TimeSpan.FromSeconds(30))), heartbeats.Select(heartbeat => heartbeat.At));
        Assert.InRange(heartbeats.Count, 12, 30);
        Assert.All(heartbeats, heartbeat => Assert.Equal(TimeSpan.Zero, heartbeat.Uptime));
    }

    [Fact]
    public async Task A_source_that_announces_metadata_and_sends_none_is_played_without_metadata()
    {
        var mp3 = await Encoded.Mp3Async(128, seconds: 30);
        var sessions = 0;
        await using var source = ScriptedSource.Start(async connection =>
        {
            if (connection.IsStatusPage)
                return;
            Interlocked.Increment(ref sessions);
            await connection.SendAsync("ICY 200 OK\r\nicy-metaint:1000\r\nicy-br:128\r\n\r\n");
            await connection.SendForEverAsync(mp3, 160_000);
        });
        await using var fixture = new RelayFixture();
        var relay = await fixture.StartAsync(source.Url);
        await Eventually.That(() => fixture.Events<RelayStateChanged>().Any(change => change.Reason?.Contains("announces metadata", StringComparison.Ordinal) == true), Deadline, "the missing metadata is detected");
        var before = fixture.Events<RelayStateChanged>().Count();
        await Eventually.That(() => fixture.Events<RelayStateChanged>().Skip(before).Any(change => change.State == RelayState.Live), Deadline, "the relay is live anyway");
        var reader = relay.Ring.Open(TimeSpan.Zero);
        for (var heard = TimeSpan.Zero; heard < TimeSpan.FromSeconds(10); heard += reader.Chunk!.Duration)
            Assert.Equal(RingRead.Chunk, await reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Deadline));
        Assert.Equal(2, sessions);
    }

    [Fact]
    public async Task An_observer_that_fails_gets_the_events_again_in_order()
    {
        await using var source = ScriptedSource.Sending("HTTP/1.0 404 Not Found\r\n\r\n", []);
        await using var fixture = new RelayFixture();
        var failures = 0;
        var tried = new List<RelayEvent>();
        fixture.OnEvent = relayEvent =>
        {
            tried.Add(relayEvent);
            var failure = Interlocked.Increment(ref failures);
            if (failure == 1)
                throw new InvalidOperationException("The grain is not available yet.");
            if (failure == 3)
                throw new TaskCanceledException("A call was cancelled, but the relay continues.");
        };
        await fixture.StartAsync(source.Url);
        await Eventually.That(() => fixture.Recorded.Count >= 4, Deadline, "all events are delivered in the end");
        await fixture.Directory.DisposeAsync();
        Assert.Equal(tried.Distinct(), fixture.Recorded.Select(recorded => recorded.Event));
        Assert.Equal(tried.Count, fixture.Recorded.Count + 2);
    }

    [Fact]
    public async Task A_file_sent_at_full_speed_is_throttled_across_all_connections()
    {
        var mp3 = await Encoded.Mp3Async(128, seconds: 29);
        await using var source = ScriptedSource.Sending(Head, mp3);
        await using var fixture = new RelayFixture();
        var start = TimeProvider.System.GetTimestamp();
        var relay = await fixture.StartAsync(source.Url);
        var first = relay.Playlist.NextSequence;
        await Eventually.That(() => CutSeconds() >= 36, Deadline, "more than one file is cut into segments");
        Assert.InRange(CutSeconds(), 36, 32 + TimeProvider.System.GetElapsedTime(start).TotalSeconds);

        double CutSeconds()
        {
            var total = TimeSpan.Zero;
            for (var sequence = first; relay.Playlist.TryGetSegment(sequence, out var segment); sequence++)
                total += segment!.Duration;
            return total.TotalSeconds;
        }
    }

    [Fact]
    public async Task A_source_that_comes_and_goes_is_retried_less_and_less_often()
    {
        var mp3 = await Encoded.Mp3Async(128, seconds: 10);
        var clock = new ManualTimeProvider();
        // Less audio than plays during the pauses: audio that comes faster would be delayed by another timer.
        await using var source = ScriptedSource.Sending(Head, mp3[..6_000]);
        await using var fixture = new RelayFixture(time: clock);
        await fixture.StartAsync(source.Url);
        List<RelayStateChanged> Retries() => [.. fixture.Events<RelayStateChanged>().Where(change => change.State == RelayState.Retrying)];
        while (Retries().Count < 30)
            await StepToNextTry(clock, () => Retries().Count);
        var last = Retries();
        Assert.InRange((last[^1].At - last[9].At).TotalSeconds / 20, 8, 30);
    }

    [Fact]
    public async Task Stopping_disconnects_readers_and_ends_ffmpeg()
    {
        var mp3 = await Encoded.Mp3Async(128, seconds: 30);
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync(Head);
            await connection.SendForEverAsync(mp3, 16_000);
        });
        await using var fixture = new RelayFixture();
        var relay = await fixture.StartAsync(source.Url);
        var reader = relay.Ring.Open(TimeSpan.Zero);
        await Eventually.That(() => !fixture.ProcessIds.IsEmpty && reader.HasNext, Deadline, "audio is received");
        var process = fixture.ProcessIds.Single();
        Assert.True(LiveProcess.Exists(process));
        await fixture.Directory.StopAsync(relay.Spec.StreamId).WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Null(fixture.Directory.Find(relay.Spec.StreamId));
        Assert.False(LiveProcess.Exists(process));
        RingRead read;
        while ((read = await reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Deadline)) == RingRead.Chunk)
        {
        }
        Assert.Equal(RingRead.Closed, read);
        var recorded = fixture.Recorded.Count;
        await fixture.Directory.StopAsync(relay.Spec.StreamId);
        Assert.Equal(recorded, fixture.Recorded.Count);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_a_source_that_never_answers()
    {
        await using var source = ScriptedSource.Start(connection => connection.BeSilentAsync());
        await using var fixture = new RelayFixture();
        var relay = await fixture.StartAsync(source.Url);
        await Eventually.That(() => source.Connections == 1, Deadline, "it is connecting");
        await fixture.Directory.StopAsync(relay.Spec.StreamId).WaitAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(0, fixture.Directory.Count);
    }

    [Fact]
    public async Task Fifty_relays_leave_no_process_and_no_timer_behind()
    {
        var mp3 = await Encoded.Mp3Async(64, seconds: 10);
        var clock = new ManualTimeProvider();
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync(Head);
            await connection.SendForEverAsync(mp3, 8_000);
        });
        await using var fixture = new RelayFixture(time: clock);
        for (var round = 0; round < 2; round++)
        {
            var ids = Enumerable.Range(0, 25).Select(_ => Guid.NewGuid()).ToList();
            foreach (var id in ids)
                await fixture.StartAsync(source.Url, id);
            Assert.Equal(25, fixture.Directory.Count);
            var expected = 25 * (round + 1);
            await Eventually.That(() => fixture.ProcessIds.Count == expected, Deadline, "all are live");
            await Task.WhenAll(ids.Select(fixture.Directory.StopAsync)).WaitAsync(Deadline);
            Assert.Equal(0, fixture.Directory.Count);
            Assert.DoesNotContain(fixture.ProcessIds, LiveProcess.Exists);
            Assert.Equal(0, clock.PendingTimers);
        }
    }

    [Fact]
    public async Task A_relay_started_again_right_after_a_burst_never_reuses_a_sequence_number()
    {
        var mp3 = await Encoded.Mp3Async(128, seconds: 30);
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync(Head);
            await connection.SendAsync(mp3);
            await connection.BeSilentAsync();
        });
        await using var fixture = new RelayFixture(new RelayOptions { SegmentDuration = TimeSpan.FromSeconds(2) });
        var id = Guid.NewGuid();
        var last = -1L;
        for (var i = 0; i < 3; i++)
        {
            var relay = await fixture.StartAsync(source.Url, id);
            var first = relay.Playlist.NextSequence;
            Assert.True(first > last, $"{first} after {last}");
            await Eventually.That(() => relay.Playlist.LastSequence >= first + 9, Deadline, "the burst is cut into segments");
            await fixture.Directory.StopAsync(id);
            last = relay.Playlist.LastSequence;
        }
    }

    [Fact]
    public async Task The_same_relay_is_not_started_twice_and_another_source_replaces_it()
    {
        await using var source = ScriptedSource.Start(connection => connection.BeSilentAsync());
        await using var fixture = new RelayFixture();
        var id = Guid.NewGuid();
        var relay = await fixture.StartAsync(source.Url, id);
        Assert.Same(relay, await fixture.StartAsync(source.Url, id));
        var other = await fixture.StartAsync(new Uri(source.Url, "/other"), id);
        Assert.NotSame(relay, other);
        Assert.True(relay.Ring.IsClosed);
        Assert.Equal(1, fixture.Directory.Count);
    }

    /// <summary>Advances the clock until the relay's pause is over, and waits until the next try has failed.</summary>
    private static async Task StepToNextTry(ManualTimeProvider clock, Func<int> failures)
    {
        // The heartbeat is one timer, the pause the other.
        await Eventually.That(() => failures() > 0 && clock.PendingTimers == 2, Deadline, "the relay waits for its next try");
        var before = failures();
        await Eventually.That(() =>
        {
            // A segmenter that is still receiving audio briefly has a timer too: the clock must not advance until that timer is gone.
            while (clock.PendingTimers == 2 && failures() == before)
                clock.Advance(TimeSpan.FromMilliseconds(100));
            return failures() > before;
        }, Deadline, "the relay has tried again");
    }
}
