using System.Threading.Channels;
using Audio.Orleans.RelayHost.Frames;
using Audio.Orleans.RelayHost.Hls;
using Audio.Orleans.RelayHost.Segmenting;

namespace Audio.Orleans.RelayHost.Relays;

/// <summary>
/// Feeds chunks to a segmenter and its segments to the playlist, and sees to it that a segmenter which crashes, hangs or
/// falls behind is replaced: the playlist goes on after a discontinuity, and what the failed one swallowed is fed again.
/// </summary>
internal sealed class SegmentFeed(
    ISegmenterFactory factory, LivePlaylist playlist, RelayOptions options, TimeProvider time, Action<string> onRestart)
{
    /// <summary>After a break the first segment is short, so that players hear the station again soon.</summary>
    private static readonly TimeSpan FirstSegmentAfterBreak = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Half a minute of chunks: a segmenter that is further behind than that is replaced.</summary>
    private readonly Channel<AudioChunk?> _input = Channel.CreateBounded<AudioChunk?>(
        new BoundedChannelOptions(128) { SingleReader = true, SingleWriter = true });

    private readonly List<AudioChunk> _unconfirmed = [];
    private Run? _run;
    private bool _broken;

    /// <summary>Takes a chunk; never waits.</summary>
    public void Offer(AudioChunk chunk)
    {
        if (!_input.Writer.TryWrite(chunk))
            _run?.Abandon("it took no more audio");
    }

    /// <summary>The source's session is over: what is left becomes a segment, and what comes next follows a discontinuity.</summary>
    public void EndSession() => _input.Writer.TryWrite(null);

    /// <summary>Works until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var chunk in _input.Reader.ReadAllAsync(cancellationToken))
            {
                if (chunk is null || (_run is not null && _run.Format != chunk.Format))
                    await EndRunAsync(cancellationToken);
                if (chunk is not null)
                    await FeedAsync(chunk, cancellationToken);
            }
        }
        finally
        {
            if (_run is not null)
                await _run.DisposeAsync();
        }
    }

    private async Task FeedAsync(AudioChunk chunk, CancellationToken cancellationToken)
    {
        _unconfirmed.Add(chunk);
        _run ??= Start(chunk);
        var failure = await _run.WriteAsync(chunk, cancellationToken);
        for (var pause = TimeSpan.Zero; failure is not null; pause = pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(500) : pause * 2)
        {
            onRestart(failure);
            await BreakAsync(pause, cancellationToken);
            _run = Start(chunk);
            failure = await FeedAgainAsync(_run, cancellationToken);
        }
        DropConfirmed(_run.Produced);
    }

    private async Task<string?> FeedAgainAsync(Run run, CancellationToken cancellationToken)
    {
        foreach (var chunk in _unconfirmed.ToArray())
        {
            if (await run.WriteAsync(chunk, cancellationToken) is { } failure)
                return failure;
        }
        return null;
    }

    /// <summary>The run failed: keep what it had cut, drop what became segments, and wait a little before the next.</summary>
    private async Task BreakAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        var run = _run!;
        await run.DisposeAsync();
        DropConfirmed(run.Produced);
        _produced = TimeSpan.Zero;
        _broken = true;
        _run = null;
        if (pause > TimeSpan.Zero)
            await Task.Delay(pause < Backoff.Longest ? pause : Backoff.Longest, time, cancellationToken);
    }

    private TimeSpan _produced;

    private void DropConfirmed(TimeSpan produced)
    {
        var gained = produced - _produced;
        var count = 0;
        for (; count < _unconfirmed.Count && _unconfirmed[count].Duration <= gained; count++)
        {
            gained -= _unconfirmed[count].Duration;
            _produced += _unconfirmed[count].Duration;
        }
        _unconfirmed.RemoveRange(0, count);
    }

    private async Task EndRunAsync(CancellationToken cancellationToken)
    {
        if (_run is not null)
        {
            await _run.CompleteAsync(cancellationToken);
            await _run.DisposeAsync();
        }
        _run = null;
        _unconfirmed.Clear();
        _produced = TimeSpan.Zero;
        _broken = true;
    }

    private Run Start(AudioChunk chunk)
    {
        var bytesPerSecond = (int)(chunk.Bytes.Length / chunk.Duration.TotalSeconds);
        // Also what came before the platform's restart is a break, but then the playlist is empty and full segments fill it.
        var first = _broken && playlist.Current is not null ? FirstSegmentAfterBreak : options.SegmentDuration;
        return new Run(factory.Start(chunk.Format, bytesPerSecond, first, options.SegmentDuration), chunk.Format, playlist, options, time, _broken);
    }

    /// <summary>One segmenter's life.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private readonly ISegmenter _segmenter;
        private readonly LivePlaylist _playlist;
        private readonly RelayOptions _options;
        private readonly TimeProvider _time;
        private readonly CancellationTokenSource _abandoned = new();
        private readonly Task _reading;
        private TimeSpan _written;
        private long _produced;
        private string? _failure;
        private bool _discontinuity;

        public Run(ISegmenter segmenter, AudioFormat format, LivePlaylist playlist, RelayOptions options, TimeProvider time, bool discontinuity)
        {
            _segmenter = segmenter;
            Format = format;
            _playlist = playlist;
            _options = options;
            _time = time;
            _discontinuity = discontinuity;
            _reading = ReadAsync();
        }

        public AudioFormat Format { get; }

        /// <summary>How much audio became segments.</summary>
        public TimeSpan Produced => TimeSpan.FromTicks(Interlocked.Read(ref _produced));

        public void Abandon(string failure)
        {
            Interlocked.CompareExchange(ref _failure, failure, null);
            _abandoned.Cancel();
        }

        /// <summary>Feeds a chunk; returns what went wrong, or null.</summary>
        public async Task<string?> WriteAsync(AudioChunk chunk, CancellationToken cancellationToken)
        {
            if (_failure is not null || _reading.IsCompleted)
                return _failure ?? "it ended by itself";
            // It hangs when audio for more than two segments went in and none came out.
            if (_written - Produced > (2 * _options.SegmentDuration) + TimeSpan.FromSeconds(2))
                return $"it cut nothing from {(_written - Produced).TotalSeconds:0} s of audio";
            using var timeout = new CancellationTokenSource(WriteTimeout, _time);
            using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _abandoned.Token, cancellationToken);
            try
            {
                await _segmenter.WriteAsync(chunk.Bytes, any.Token);
                _written += chunk.Duration;
                return null;
            }
            catch (SegmenterException exception)
            {
                return exception.Message;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return _failure ?? $"it took no audio for {WriteTimeout.TotalSeconds:0} s";
            }
        }

        public async Task CompleteAsync(CancellationToken cancellationToken)
        {
            using var timeout = new CancellationTokenSource(WriteTimeout, _time);
            using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
            try
            {
                await _segmenter.CompleteAsync(any.Token);
                await _reading.WaitAsync(any.Token);
            }
            catch (SegmenterException)
            {
                // The session is over anyway; what was cut is in the playlist.
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                Abandon("it did not end");
            }
        }

        public async ValueTask DisposeAsync()
        {
            await _segmenter.DisposeAsync();
            await _reading;
            await _abandoned.CancelAsync();
            _abandoned.Dispose();
        }

        private async Task ReadAsync()
        {
            try
            {
                await foreach (var cut in _segmenter.ReadSegmentsAsync(_abandoned.Token))
                {
                    Interlocked.Add(ref _produced, cut.Duration.Ticks);
                    _playlist.Add(cut.Bytes, cut.Duration, _time.GetUtcNow() - cut.Duration, _discontinuity);
                    _discontinuity = false;
                }
            }
            catch (SegmenterException exception)
            {
                Abandon(exception.Message);
            }
            catch (OperationCanceledException)
            {
                // Abandoned: the reason is kept already.
            }
        }
    }
}
