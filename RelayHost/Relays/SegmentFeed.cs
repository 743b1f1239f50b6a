using System.Threading.Channels;
using AudioOrleans.RelayHost.Frames;
using AudioOrleans.RelayHost.Hls;
using AudioOrleans.RelayHost.Segmenting;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>
/// Feeds chunks to a segmenter and its segments to the playlist. Replaces a segmenter that crashes, hangs or falls behind: the playlist continues
/// after a discontinuity, and chunks that the failed segmenter lost are fed again.
/// </summary>
internal sealed class SegmentFeed(
    ISegmenterFactory factory, LivePlaylist playlist, RelayOptions options, TimeProvider time, Action<string> onRestart,
    bool takesOver = false, TimeSpan? furthestAhead = null) : IAsyncDisposable
{
    /// <summary>After a break the first segment is short, so that players resume quickly.</summary>
    private static readonly TimeSpan FirstSegmentAfterBreak = TimeSpan.FromSeconds(2);

    /// <summary>A source's initial burst has arrived after this time.</summary>
    public static readonly TimeSpan BurstWait = TimeSpan.FromMilliseconds(250);

    /// <summary>Half a minute of chunks: a segmenter that falls further behind is replaced.</summary>
    private readonly Channel<AudioChunk?> _input = Channel.CreateBounded<AudioChunk?>(
        new BoundedChannelOptions(128) { SingleReader = true, SingleWriter = true });

    private readonly SegmentPublisher _publisher = new(playlist, furthestAhead ?? options.SegmentDuration, time);
    private readonly List<AudioChunk> _unconfirmed = [];
    private volatile SegmenterRun? _run;
    private volatile bool _awaitsWindow = takesOver && options.TakeoverWait > TimeSpan.Zero;
    private bool _broken;
    private TimeSpan _produced;

    /// <summary>The number of chunks waiting to be fed.</summary>
    public int Waiting => _input.Reader.Count;

    /// <summary>Whether the window of the stream's previous relay can still be inherited.</summary>
    public bool AwaitsWindow => _awaitsWindow;

    /// <summary>Queues a chunk; never waits.</summary>
    public void Offer(AudioChunk chunk)
    {
        if (!_input.Writer.TryWrite(chunk))
            _run?.Abandon("it accepted no more audio");
    }

    /// <summary>Ends the source's session: the rest becomes a segment, and a discontinuity precedes the next audio.</summary>
    public void EndSession() => _input.Writer.TryWrite(null);

    /// <summary>Ends the input: the rest becomes a segment, and <see cref="RunAsync"/> completes.</summary>
    public void Complete() => _input.Writer.TryComplete();

    /// <summary>Runs until cancelled or complete.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_awaitsWindow)
            await TakeOverAsync(cancellationToken);
        await foreach (var chunk in _input.Reader.ReadAllAsync(cancellationToken))
            await TakeAsync(chunk, cancellationToken);
        await EndRunAsync(cancellationToken);
        _publisher.Flush();
    }

    private async Task TakeAsync(AudioChunk? chunk, CancellationToken cancellationToken)
    {
        if (chunk is null || (_run is not null && _run.Format != chunk.Format))
            await EndRunAsync(cancellationToken);
        if (chunk is not null)
            await FeedAsync(chunk, cancellationToken);
    }

    /// <summary>
    /// Waits briefly for the window of the stream's previous relay. The source's initial burst may contain audio that the window already holds; that
    /// part is dropped, so that players get it once.
    /// </summary>
    private async Task TakeOverAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(options.TakeoverWait, time, cancellationToken);
        await _input.Reader.WaitToReadAsync(cancellationToken);
        await Task.Delay(BurstWait, time, cancellationToken);
        _awaitsWindow = false;
        if (playlist.BehindAtTakeover is not { } missing)
            return;
        _broken = true;
        var waiting = new List<AudioChunk>();
        while (_input.Reader.TryRead(out var chunk))
        {
            if (chunk is null)
                waiting.Clear(); // The source's session ended: what follows belongs to another session.
            else
                waiting.Add(chunk);
        }
        var surplus = waiting.Aggregate(TimeSpan.Zero, (sum, chunk) => sum + chunk.Duration) - missing;
        foreach (var chunk in waiting)
        {
            if (surplus >= chunk.Duration)
                surplus -= chunk.Duration;
            else
                await TakeAsync(chunk, cancellationToken);
        }
    }

    /// <summary>Ends the segmenter; call only after <see cref="RunAsync"/> has ended.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_run is not null)
            await _run.DisposeAsync();
        await _publisher.DisposeAsync();
    }

    private async Task FeedAsync(AudioChunk chunk, CancellationToken cancellationToken)
    {
        _unconfirmed.Add(chunk);
        string? failure;
        if (_run is null)
            failure = await StartAsync(chunk, cancellationToken);
        else
            failure = await _run.WriteAsync(chunk, cancellationToken);
        for (var pause = TimeSpan.Zero; failure is not null; pause = Longer(pause))
        {
            onRestart(failure);
            await BreakAsync(pause, cancellationToken);
            failure = await StartAsync(chunk, cancellationToken);
        }
        DropConfirmed(_run!.Produced);
    }

    /// <summary>Starts a run and feeds it all audio that is not in a segment yet; returns the error, or null.</summary>
    private async Task<string?> StartAsync(AudioChunk chunk, CancellationToken cancellationToken)
    {
        var bytesPerSecond = (int)(chunk.Bytes.Length / chunk.Duration.TotalSeconds);
        // A playlist that is not served yet gets only full segments, so that it starts with three of them.
        var first = _broken && playlist.Current is not null ? FirstSegmentAfterBreak : options.SegmentDuration;
        try
        {
            var segmenter = await factory.StartAsync(chunk.Format, bytesPerSecond, first, options.SegmentDuration);
            _run = new SegmenterRun(segmenter, chunk.Format, _publisher, options, time, _broken);
        }
        catch (SegmenterException exception)
        {
            return exception.Message;
        }
        foreach (var waiting in _unconfirmed)
        {
            if (await _run.WriteAsync(waiting, cancellationToken) is { } failure)
                return failure;
        }
        return null;
    }

    /// <summary>Handles a failed run: keeps the segments it cut, drops their chunks, and pauses before the next run.</summary>
    private async Task BreakAsync(TimeSpan pause, CancellationToken cancellationToken)
    {
        if (_run is not null)
        {
            await _run.DisposeAsync();
            DropConfirmed(_run.Produced);
        }
        _produced = TimeSpan.Zero;
        _broken = true;
        _run = null;
        if (pause > TimeSpan.Zero)
            await Task.Delay(pause, time, cancellationToken);
    }

    private static TimeSpan Longer(TimeSpan pause)
    {
        var next = pause == TimeSpan.Zero ? TimeSpan.FromMilliseconds(500) : pause * 2;
        return next < Backoff.Longest ? next : Backoff.Longest;
    }

    /// <summary>Drops the chunks that the run's segments already hold.</summary>
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
}
