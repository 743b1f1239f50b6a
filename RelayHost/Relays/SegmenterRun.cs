using Audio.Orleans.RelayHost.Frames;
using Audio.Orleans.RelayHost.Hls;
using Audio.Orleans.RelayHost.Segmenting;

namespace Audio.Orleans.RelayHost.Relays;

/// <summary>One segmenter's life.</summary>
internal sealed class SegmenterRun : IAsyncDisposable
{
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(3);

    private readonly ISegmenter _segmenter;
    private readonly LivePlaylist _playlist;
    private readonly RelayOptions _options;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _abandoned = new();
    private readonly Task _reading;
    private TimeSpan _written;
    private long? _behindSince;
    private long _produced;
    private string? _failure;
    private bool _discontinuity;

    public SegmenterRun(ISegmenter segmenter, AudioFormat format, LivePlaylist playlist, RelayOptions options, TimeProvider time, bool discontinuity)
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
        if (Hangs())
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

    /// <summary>
    /// It hangs when audio for more than two segments went in and none came out, for a while: what a source sends at once is not
    /// cut in the same moment.
    /// </summary>
    private bool Hangs()
    {
        if (_written - Produced <= (2 * _options.SegmentDuration) + TimeSpan.FromSeconds(2))
        {
            _behindSince = null;
            return false;
        }
        _behindSince ??= _time.GetTimestamp();
        return _time.GetElapsedTime(_behindSince.Value) > WriteTimeout;
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
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;

    private async Task ReadAsync()
    {
        DateTimeOffset? start = null;
        try
        {
            await foreach (var cut in _segmenter.ReadSegmentsAsync(_abandoned.Token))
            {
                Interlocked.Add(ref _produced, cut.Duration.Ticks);
                // Within a run the clock of the audio counts, so that dates and durations agree; they never go back.
                start ??= Later(_time.GetUtcNow() - cut.Duration, _playlist.End);
                _playlist.Add(cut.Bytes, cut.Duration, start.Value, _discontinuity);
                start += cut.Duration;
                _discontinuity = false;
            }
        }
        catch (OperationCanceledException)
        {
            // Abandoned: the reason is kept already.
        }
        catch (Exception exception)
        {
            // Whatever failed, another run takes over: the feed learns of it with its next chunk.
            Abandon(exception.Message);
        }
    }
}
