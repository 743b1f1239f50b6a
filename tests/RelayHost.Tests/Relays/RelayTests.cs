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
        await using var bench = new RelayBench(new RelayOptions { SegmentDuration = TimeSpan.FromSeconds(2) });
        var relay = await bench.StartAsync(icecast.Mount("/live"));
        await Eventually.That(() => relay.Playlist.Current is not null, Deadline, "the playlist is there");
        Assert.Equal(RelayState.Live, relay.State);
        Assert.Equal(new AudioFormat(AudioCodec.Mp3, 44100, 2), relay.Ring.Format);
        Assert.Equal(16_000, relay.Ring.BytesPerSecond);
        var live = bench.Events<RelayStateChanged>().Last();
        Assert.Equal((RelayState.Live, 128), (live.State, live.BitrateKbps));
        await Eventually.That(() => bench.Events<RelayTitleChanged>().Any(told => told.Title == "Artist - Ünïcödé"), Deadline, "the title is told");
        await icecast.SetTitleAsync("/live", "next");
        await Eventually.That(() => bench.Events<RelayTitleChanged>().Last().Title == "next", Deadline, "the next title is told");
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
            // A burst like a real server's, so that the playlist is there at once; it is another one after the break.
            var number = Interlocked.Increment(ref connections);
            await connection.SendAsync(Head);
            await connection.SendAsync(mp3.AsMemory(16_000 * 8 * number, 16_000 * 8));
            var forEver = connection.SendForEverAsync(mp3.AsMemory(16_000 * 8 * (number + 1)), 16_000);
            await (number == 1 ? Task.WhenAny(forEver, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, drop.Token)) : forEver);
        });
        await using var bench = new RelayBench(new RelayOptions { SegmentDuration = TimeSpan.FromSeconds(2) });
        var relay = await bench.StartAsync(source.Url);
        await Eventually.That(() => relay.Playlist.Current is not null, Deadline, "the playlist is there");
        await drop.CancelAsync();
        await Eventually.That(() => relay.State == RelayState.Retrying, Deadline, "the drop is noticed");
        var last = relay.Playlist.LastSequence;
        var dropped = TimeProvider.System.GetTimestamp();
        // What was left of the old session becomes a segment; the one after it holds new audio.
        await Eventually.That(() => relay.State == RelayState.Live && relay.Playlist.LastSequence >= last + 2, Deadline, "it is back");
        Assert.InRange(TimeProvider.System.GetElapsedTime(dropped).TotalSeconds, 0, 4);
        Assert.Contains(
            Enumerable.Range(1, 3).Select(i => relay.Playlist.TryGetSegment(last + i, out var segment) ? segment : null), segment => segment is { Discontinuity: true });
        Assert.Equal(
            [RelayState.Connecting, RelayState.Live, RelayState.Retrying, RelayState.Live],
            bench.Events<RelayStateChanged>().Select(change => change.State));
    }

    [Fact]
    public async Task A_dropped_source_is_marked_offline_after_five_minutes_and_still_tried_slowly()
    {
        var clock = new ManualTimeProvider();
        await using var bench = new RelayBench(time: clock);
        await bench.StartAsync(new Uri($"http://127.0.0.1:{FreePort.Next()}/"));
        List<RelayStateChanged> Failures() => [.. bench.Events<RelayStateChanged>().Where(change => change.State is RelayState.Retrying or RelayState.Offline)];
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
        // The first one after the mark is a try at once; then they are a minute apart.
        foreach (var (one, next) in failures[(offline + 1)..].Zip(failures[(offline + 2)..]))
            Assert.InRange((next.At - one.At).TotalSeconds, 48, 72.5);

        var beats = bench.Events<RelayRunning>().ToList();
        var first = beats[0].At - TimeSpan.FromSeconds(30);
        Assert.Equal(Enumerable.Range(1, beats.Count).Select(i => first + (i * TimeSpan.FromSeconds(30))), beats.Select(beat => beat.At));
        Assert.InRange(beats.Count, 12, 30);
        Assert.All(beats, beat => Assert.Equal(TimeSpan.Zero, beat.Uptime));
    }

    [Fact]
    public async Task A_source_that_announces_metadata_and_sends_none_is_played_without()
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
        await using var bench = new RelayBench();
        var relay = await bench.StartAsync(source.Url);
        await Eventually.That(() => bench.Events<RelayStateChanged>().Any(change => change.Reason?.Contains("announces metadata", StringComparison.Ordinal) == true), Deadline, "the lie is found out");
        var lied = bench.Events<RelayStateChanged>().Count();
        await Eventually.That(() => bench.Events<RelayStateChanged>().Skip(lied).Any(change => change.State == RelayState.Live), Deadline, "it is live all the same");
        var reader = relay.Ring.Open(TimeSpan.Zero);
        for (var heard = TimeSpan.Zero; heard < TimeSpan.FromSeconds(10); heard += reader.Chunk!.Duration)
            Assert.Equal(RingRead.Chunk, await reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Deadline));
        Assert.Equal(2, sessions);
    }

    [Fact]
    public async Task An_observer_that_fails_is_told_again_in_order()
    {
        await using var source = ScriptedSource.Sending("HTTP/1.0 404 Not Found\r\n\r\n", []);
        await using var bench = new RelayBench();
        var failures = 0;
        var tried = new List<RelayEvent>();
        bench.OnEvent = relayEvent =>
        {
            tried.Add(relayEvent);
            var failure = Interlocked.Increment(ref failures);
            if (failure == 1)
                throw new InvalidOperationException("The grain is not there yet.");
            if (failure == 3)
                throw new TaskCanceledException("A call was given up, but the relay goes on.");
        };
        await bench.StartAsync(source.Url);
        await Eventually.That(() => bench.Told.Count >= 4, Deadline, "all is told in the end");
        await bench.Directory.DisposeAsync();
        Assert.Equal(tried.Distinct(), bench.Told.Select(told => told.Event));
        Assert.Equal(tried.Count, bench.Told.Count + 2);
    }

    [Fact]
    public async Task A_file_sent_as_fast_as_it_can_be_is_held_back_over_all_connections()
    {
        var mp3 = await Encoded.Mp3Async(128, seconds: 29);
        await using var source = ScriptedSource.Sending(Head, mp3);
        await using var bench = new RelayBench();
        var start = TimeProvider.System.GetTimestamp();
        var relay = await bench.StartAsync(source.Url);
        var first = relay.Playlist.NextSequence;
        await Eventually.That(() => Cut() >= 36, Deadline, "two files are not cut yet, but more than one");
        Assert.InRange(Cut(), 36, 32 + TimeProvider.System.GetElapsedTime(start).TotalSeconds);

        double Cut()
        {
            var total = TimeSpan.Zero;
            for (var sequence = first; relay.Playlist.TryGetSegment(sequence, out var segment); sequence++)
                total += segment!.Duration;
            return total.TotalSeconds;
        }
    }

    [Fact]
    public async Task A_source_that_comes_and_goes_is_tried_less_and_less_often()
    {
        var mp3 = await Encoded.Mp3Async(128, seconds: 10);
        var clock = new ManualTimeProvider();
        // Less than what plays in the pauses: what comes faster waits for its time, by a timer of its own.
        await using var source = ScriptedSource.Sending(Head, mp3[..6_000]);
        await using var bench = new RelayBench(time: clock);
        await bench.StartAsync(source.Url);
        List<RelayStateChanged> Retries() => [.. bench.Events<RelayStateChanged>().Where(change => change.State == RelayState.Retrying)];
        while (Retries().Count < 30)
            await StepToNextTry(clock, () => Retries().Count);
        var last = Retries();
        Assert.InRange((last[^1].At - last[9].At).TotalSeconds / 20, 8, 30);
    }

    [Fact]
    public async Task Stopping_lets_readers_go_and_ends_ffmpeg()
    {
        var mp3 = await Encoded.Mp3Async(128, seconds: 30);
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync(Head);
            await connection.SendForEverAsync(mp3, 16_000);
        });
        await using var bench = new RelayBench();
        var relay = await bench.StartAsync(source.Url);
        var reader = relay.Ring.Open(TimeSpan.Zero);
        await Eventually.That(() => !bench.ProcessIds.IsEmpty && reader.HasNext, Deadline, "audio flows");
        var process = bench.ProcessIds.Single();
        Assert.True(LiveProcess.Exists(process));
        await bench.Directory.StopAsync(relay.Spec.StreamId).WaitAsync(TimeSpan.FromSeconds(5));
        Assert.Null(bench.Directory.Find(relay.Spec.StreamId));
        Assert.False(LiveProcess.Exists(process));
        RingRead read;
        while ((read = await reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(Deadline)) == RingRead.Chunk)
        {
        }
        Assert.Equal(RingRead.Closed, read);
        var told = bench.Told.Count;
        await bench.Directory.StopAsync(relay.Spec.StreamId);
        Assert.Equal(told, bench.Told.Count);
    }

    [Fact]
    public async Task Stopping_does_not_wait_for_a_source_that_never_answers()
    {
        await using var source = ScriptedSource.Start(connection => connection.BeSilentAsync());
        await using var bench = new RelayBench();
        var relay = await bench.StartAsync(source.Url);
        await Eventually.That(() => source.Connections == 1, Deadline, "it is connecting");
        await bench.Directory.StopAsync(relay.Spec.StreamId).WaitAsync(TimeSpan.FromSeconds(2));
        Assert.Equal(0, bench.Directory.Count);
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
        await using var bench = new RelayBench(time: clock);
        for (var round = 0; round < 2; round++)
        {
            var ids = Enumerable.Range(0, 25).Select(_ => Guid.NewGuid()).ToList();
            foreach (var id in ids)
                await bench.StartAsync(source.Url, id);
            Assert.Equal(25, bench.Directory.Count);
            var expected = 25 * (round + 1);
            await Eventually.That(() => bench.ProcessIds.Count == expected, Deadline, "all are live");
            await Task.WhenAll(ids.Select(bench.Directory.StopAsync)).WaitAsync(Deadline);
            Assert.Equal(0, bench.Directory.Count);
            Assert.DoesNotContain(bench.ProcessIds, LiveProcess.Exists);
            Assert.Equal(0, clock.PendingTimers);
        }
    }

    [Fact]
    public async Task A_relay_started_again_right_after_a_burst_never_gives_a_number_twice()
    {
        var mp3 = await Encoded.Mp3Async(128, seconds: 30);
        await using var source = ScriptedSource.Start(async connection =>
        {
            await connection.SendAsync(Head);
            await connection.SendAsync(mp3);
            await connection.BeSilentAsync();
        });
        await using var bench = new RelayBench(new RelayOptions { SegmentDuration = TimeSpan.FromSeconds(2) });
        var id = Guid.NewGuid();
        var last = -1L;
        for (var i = 0; i < 3; i++)
        {
            var relay = await bench.StartAsync(source.Url, id);
            var first = relay.Playlist.NextSequence;
            Assert.True(first > last, $"{first} after {last}");
            await Eventually.That(() => relay.Playlist.LastSequence >= first + 9, Deadline, "the burst is cut");
            await bench.Directory.StopAsync(id);
            last = relay.Playlist.LastSequence;
        }
    }

    [Fact]
    public async Task The_same_relay_is_not_started_twice_and_another_source_replaces_it()
    {
        await using var source = ScriptedSource.Start(connection => connection.BeSilentAsync());
        await using var bench = new RelayBench();
        var id = Guid.NewGuid();
        var relay = await bench.StartAsync(source.Url, id);
        Assert.Same(relay, await bench.StartAsync(source.Url, id));
        var other = await bench.StartAsync(new Uri(source.Url, "/other"), id);
        Assert.NotSame(relay, other);
        Assert.True(relay.Ring.IsClosed);
        Assert.Equal(1, bench.Directory.Count);
    }

    /// <summary>Moves the clock until the relay's pause is over, and waits until it has failed again and waits once more.</summary>
    private static async Task StepToNextTry(ManualTimeProvider clock, Func<int> failures)
    {
        // The heartbeat is one timer, the pause the other.
        await Eventually.That(() => failures() > 0 && clock.PendingTimers == 2, Deadline, "the relay waits for its next try");
        var before = failures();
        await Eventually.That(() =>
        {
            // A segmenter that is still being fed has a timer too, for a moment: then the clock has to wait, and go on after it.
            while (clock.PendingTimers == 2 && failures() == before)
                clock.Advance(TimeSpan.FromMilliseconds(100));
            return failures() > before;
        }, Deadline, "it has tried again");
    }
}
