using System.Collections.Concurrent;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Hls;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.RelayHost.Segmenting;
using AudioOrleans.RelayHost.Tests.Segmenting;
using AudioOrleans.Testing;

namespace AudioOrleans.RelayHost.Tests.Relays;

public sealed class SegmentFeedTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_killed_ffmpeg_is_replaced_within_three_seconds_and_no_audio_is_lost()
    {
        await using var feed = Feed.Start();
        var chunks = Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 60));
        feed.Offer(chunks[..80]);
        await Eventually.That(() => feed.Playlist.Current is not null, Deadline, "20 s make three segments");
        var last = feed.Playlist.LastSequence;
        FfmpegSegmenterTests.Kill(feed.ProcessIds.Single(), "-9");
        var killed = TimeProvider.System.GetTimestamp();
        feed.Offer(chunks[80..120]);
        await Eventually.That(() => feed.Playlist.LastSequence >= last + 2 && feed.ProcessIds.Count == 2, Deadline, "the playlist continues");
        Assert.InRange(TimeProvider.System.GetElapsedTime(killed).TotalSeconds, 0, 3);
        feed.Offer(chunks[120..]);
        await feed.EndSessionAsync();

        Assert.Single(feed.Segments(), segment => segment.Discontinuity);
        Assert.Contains("signal 9", Assert.Single(feed.Restarts), StringComparison.Ordinal);
        await feed.AssertAllAudioAsync(chunks, 44100, tolerance: 0.5);
    }

    [Fact]
    public async Task An_ffmpeg_that_hangs_is_replaced_and_no_audio_is_lost()
    {
        await using var feed = Feed.Start();
        var chunks = Encoded.Chunks(await Encoded.Mp3Async(320, seconds: 60));
        feed.Offer(chunks[..80]);
        await Eventually.That(() => feed.Playlist.Current is not null, Deadline, "20 s make three segments");
        FfmpegSegmenterTests.Kill(feed.ProcessIds.Single(), "-STOP");
        feed.Offer(chunks[80..120]);
        await Eventually.That(() => feed.Restarts.Count == 1, Deadline, "the hang is detected");
        feed.Offer(chunks[120..]);
        await feed.EndSessionAsync();
        Assert.Single(feed.Segments(), segment => segment.Discontinuity);
        Assert.False(LiveProcess.Exists(feed.ProcessIds.First()), "the stopped process has ended");
        await feed.AssertAllAudioAsync(chunks, 44100, tolerance: 0.5);
    }

    [Fact]
    public async Task A_low_rate_source_that_starts_with_a_burst_does_not_look_like_a_hang()
    {
        await using var feed = Feed.Start();
        var chunks = Encoded.Chunks(await Encoded.Mp3Async(16, 22050, 1, 30));
        feed.Offer(chunks);
        await feed.EndSessionAsync();
        Assert.Empty(feed.Restarts);
        Assert.DoesNotContain(feed.Segments(), segment => segment.Discontinuity);
    }

    [Fact]
    public async Task While_ffmpeg_is_missing_its_start_is_retried_and_the_waiting_audio_is_kept()
    {
        await using var feed = Feed.Start();
        feed.Missing = true;
        var chunks = Encoded.Chunks(await Encoded.AacAsync(96, seconds: 24));
        feed.Offer(chunks);
        await Eventually.That(() => feed.Restarts.Count >= 2, Deadline, "the start is retried");
        Assert.All(feed.Restarts, reason => Assert.Contains("apt-get install ffmpeg", reason, StringComparison.Ordinal));
        feed.Missing = false;
        await feed.EndSessionAsync();
        Assert.DoesNotContain(feed.Segments(), segment => segment.Discontinuity);
        await feed.AssertAllAudioAsync(chunks, 44100, tolerance: 0.3);
    }

    [Fact]
    public async Task The_start_of_an_ffmpeg_that_is_missing_for_hours_is_retried_every_half_minute()
    {
        var clock = new ManualTimeProvider();
        await using var feed = Feed.Start(clock);
        feed.Missing = true;
        feed.Offer(Encoded.Chunks(await Encoded.Mp3Async(128))[..1]);
        for (var tries = 1; tries < 100; tries++)
        {
            await Eventually.That(() => feed.Restarts.Count >= tries && (tries == 1 || clock.PendingTimers > 0), Deadline, $"try {tries}");
            clock.Advance(TimeSpan.FromSeconds(30));
        }
        Assert.True(feed.Running, "the feed has not failed");
    }

    [Theory]
    [InlineData(48000, 2)]
    [InlineData(44100, 1)]
    public async Task A_change_of_format_gives_one_discontinuity_and_loses_nothing(int sampleRate, int channels)
    {
        await using var feed = Feed.Start();
        var (before, after) = (Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 20)), Encoded.Chunks(await Encoded.Mp3Async(96, sampleRate, channels, 20)));
        feed.Offer([.. before, .. after]);
        await feed.EndSessionAsync();
        var segments = feed.Segments();
        Assert.Single(segments, segment => segment.Discontinuity);
        var split = segments.FindIndex(segment => segment.Discontinuity);
        Assert.Equal(Encoded.Join(before), FfmpegSegmenterTests.Payload(segments[..split].Select(Cut)));
        Assert.Equal(Encoded.Join(after), FfmpegSegmenterTests.Payload(segments[split..].Select(Cut)));
        Assert.Empty(feed.Restarts);
    }

    [Fact]
    public async Task Dates_follow_the_durations()
    {
        await using var feed = Feed.Start();
        var chunks = Encoded.Chunks(await Encoded.Mp3Async(128, seconds: 30));
        feed.Offer(chunks);
        await feed.EndSessionAsync();
        foreach (var (one, next) in feed.Segments().Zip(feed.Segments().Skip(1)))
            Assert.Equal(one.Start + one.Duration, next.Start);
    }

    private static CutSegment Cut(MediaSegment segment) => new(segment.Bytes, segment.Duration);

    /// <summary>A feed with a real ffmpeg that records its processes and restarts.</summary>
    private sealed class Feed : IAsyncDisposable, ISegmenterFactory
    {
        private readonly CancellationTokenSource _ending = new();
        private readonly FfmpegSegmenterFactory _ffmpeg = new(TimeProvider.System);
        private readonly SegmentFeed _feed;
        private readonly long _first;
        private readonly Task _work;

        private Feed(TimeProvider time)
        {
            var options = new RelayOptions();
            Playlist = new LivePlaylist(options.SegmentDuration, time);
            _first = Playlist.NextSequence;
            // The tests send whole files at once; another test checks the pacing by the clock.
            _feed = new SegmentFeed(this, Playlist, options, time, Restarts.Enqueue, furthestAhead: TimeSpan.FromHours(1));
            _work = Task.Run(() => _feed.RunAsync(_ending.Token));
        }

        public LivePlaylist Playlist { get; }

        public ConcurrentQueue<string> Restarts { get; } = new();

        public ConcurrentQueue<int> ProcessIds { get; } = new();

        public bool Missing { get; set; }

        public bool Running => !_work.IsCompleted;

        public static Feed Start(TimeProvider? time = null) => new(time ?? TimeProvider.System);

        public async Task<ISegmenter> StartAsync(AudioFormat format, int bytesPerSecond, TimeSpan firstDuration, TimeSpan targetDuration)
        {
            // The exception of the real factory when there is no ffmpeg in PATH; all tests share PATH itself.
            if (Missing)
                throw new SegmenterException(new RelayHost.Processes.ProcessNotFoundException("ffmpeg", "ffmpeg").Message);
            var segmenter = await _ffmpeg.StartAsync(format, bytesPerSecond, firstDuration, targetDuration);
            ProcessIds.Enqueue(((FfmpegSegmenter)segmenter).ProcessId);
            return segmenter;
        }

        public void Offer(IEnumerable<AudioChunk> chunks)
        {
            foreach (var chunk in chunks)
            {
                // Waits as a throttled source does: a feed does not take half a minute of chunks at once.
                SpinWait.SpinUntil(() => _feed.Waiting < 120 || Missing, Deadline);
                _feed.Offer(chunk);
            }
        }

        /// <summary>Ends the session and waits until all of it is in segments: the second end is processed when the first is done.</summary>
        public async Task EndSessionAsync()
        {
            _feed.EndSession();
            _feed.EndSession();
            await Eventually.That(() => _feed.Waiting == 0, Deadline, $"all audio is processed: {string.Join(" | ", Restarts)}");
        }

        public List<MediaSegment> Segments()
        {
            var segments = new List<MediaSegment>();
            for (var sequence = _first; Playlist.TryGetSegment(sequence, out var segment); sequence++)
                segments.Add(segment!);
            return segments;
        }

        /// <summary>Decodes the audio that players would get. At a break, up to one chunk is repeated and nothing is missing.</summary>
        public async Task AssertAllAudioAsync(List<AudioChunk> chunks, int sampleRate, double tolerance)
        {
            var decoded = 0L;
            foreach (var segment in Segments())
                decoded += (await Encoded.DecodeAsync(segment.Bytes.ToArray(), "mpegts", sampleRate, 2)).Samples;
            Assert.InRange(decoded / (double)sampleRate, Encoded.Sum(chunks).TotalSeconds - 0.1, Encoded.Sum(chunks).TotalSeconds + tolerance);
        }

        public async ValueTask DisposeAsync()
        {
            await _ending.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _work);
            await _feed.DisposeAsync();
            Assert.DoesNotContain(ProcessIds, LiveProcess.Exists);
            _ending.Dispose();
        }
    }
}
