using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Segmenting;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>The lifetime of one segmenter.</summary>
internal sealed class SegmenterRun : IAsyncDisposable
{
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(3);

    private readonly ISegmenter _segmenter;
    private readonly SegmentPublisher _publisher;
    private readonly RelayOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _reading;
    private long _written;
    private long? _behindSince;
    private long _produced;
    private string? _failure;
    private bool _discontinuity;

    public SegmenterRun(ISegmenter segmenter, AudioFormat format, SegmentPublisher publisher, RelayOptions options, TimeProvider time, bool discontinuity)
    {
        _segmenter = segmenter;
        Format = format;
        _publisher = publisher;
        _options = options;
        _time = time;
        _discontinuity = discontinuity;
        _reading = ReadAsync();
    }

    public AudioFormat Format { get; }

    /// <summary>Duration of audio fed so far.</summary>
    private TimeSpan Written => TimeSpan.FromTicks(Interlocked.Read(ref _written));

    /// <summary>Duration of audio cut into segments so far.</summary>
    public TimeSpan Produced => TimeSpan.FromTicks(Interlocked.Read(ref _produced));

    public void Abandon(string failure)
    {
        Interlocked.CompareExchange(ref _failure, failure, null);
        _abandoned.Cancel();
        _ending.Cancel();
    }

    /// <summary>Feeds a chunk; returns the error, or null.</summary>
    public async Task<string?> WriteAsync(AudioChunk chunk, CancellationToken cancellationToken)
    {
        if (_failure is not null || _reading.IsCompleted)
            return _failure ?? "it ended by itself";
        if (Hangs())
            return $"it made no segment from {(Written - Produced).TotalSeconds:0} s of audio";
        using var timeout = new CancellationTokenSource(WriteTimeout, _time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, _abandoned.Token, cancellationToken);
        try
        {
            await _segmenter.WriteAsync(chunk, any.Token);
            Interlocked.Add(ref _written, chunk.Duration.Ticks);
            return null;
        }
        catch (SegmenterException exception)
        {
            return exception.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return _failure ?? $"it accepted no audio for {WriteTimeout.TotalSeconds:0} s";
        }
    }

    /// <summary>
    /// Whether the segmenter hangs: audio for more than two segments went in and none came out for a while, because a source's burst is not cut
    /// instantly.
    /// </summary>
    private bool Hangs()
    {
        if (Written - Produced <= (2 * _options.SegmentDuration) + TimeSpan.FromSeconds(2))
        {
            _behindSince = null;
            return false;
        }
        _behindSince ??= _time.GetTimestamp();
        return _time.GetElapsedTime(_behindSince.Value) > WriteTimeout;
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _ending.CancelAsync();
        using var timeout = new CancellationTokenSource(WriteTimeout, _time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _segmenter.CompleteAsync(any.Token);
            await _reading.WaitAsync(any.Token);
        }
        catch (SegmenterException)
        {
            // The session is over anyway; the segments it cut are in the playlist.
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            Abandon("it did not end");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _segmenter.DisposeAsync();
        await _reading;
    }

    private async Task ReadAsync()
    {
        try
        {
            var first = true;
            await foreach (var cut in _segmenter.ReadSegmentsAsync(_abandoned.Token))
            {
                Interlocked.Add(ref _produced, cut.Duration.Ticks);
                if (first && !_discontinuity)
                    await Task.WhenAny(Task.Delay(SegmentFeed.BurstWait, _time, _ending.Token));
                // The last audio received is on air now; a burst began earlier by its duration. From then on the audio's own clock counts, so that
                // dates and durations agree.
                _publisher.Add(cut, first ? _time.GetUtcNow() - Written : null, _discontinuity);
                (first, _discontinuity) = (false, false);
            }
        }
        catch (OperationCanceledException)
        {
            // Abandoned: the reason is already recorded.
        }
        catch (Exception exception)
        {
            // After any failure another run takes over: the feed gets the error with its next chunk.
            Abandon(exception.Message);
        }
    }
}
