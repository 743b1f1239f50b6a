using AudioOrleans.RelayHost.Hls;
using AudioOrleans.RelayHost.Segmenting;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>
/// Dates segments and adds them to the playlist. Limits how far a source that sends faster than real time gets ahead of the clock: segments that are
/// too early wait here.
/// </summary>
internal sealed class SegmentPublisher : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly LivePlaylist _playlist;
    private readonly TimeSpan _furthestAhead;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Queue<(CutSegment Cut, DateTimeOffset Start, bool Discontinuity)> _early = new();
    private DateTimeOffset? _end;

    /// <summary>Creates a publisher that lets no segment end further ahead of the clock than the given time.</summary>
    public SegmentPublisher(LivePlaylist playlist, TimeSpan furthestAhead, TimeProvider time)
    {
        (_playlist, _furthestAhead, _time) = (playlist, furthestAhead, time);
        _timer = time.CreateTimer(_ => PublishDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Adds a segment.</summary>
    /// <param name="cut">The segment.</param>
    /// <param name="start">When it began, UTC, unless the segment before it ends later; null: directly after that segment.</param>
    /// <param name="discontinuity">Whether decoders must be reset before it.</param>
    public void Add(CutSegment cut, DateTimeOffset? start, bool discontinuity)
    {
        lock (_lock)
        {
            // Dates never go backwards.
            var end = _end > _playlist.End ? _end : _playlist.End ?? _end;
            var begins = end > start || start is null ? end ?? _time.GetUtcNow() : start.Value;
            _end = begins + cut.Duration;
            _early.Enqueue((cut, begins, discontinuity));
            PublishDue();
        }
    }

    /// <summary>Publishes all waiting segments, early or not: no more will come.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            while (_early.TryDequeue(out var next))
                _playlist.Add(next.Cut.Bytes, next.Cut.Duration, next.Start, next.Discontinuity);
        }
    }

    /// <summary>Stops publishing.</summary>
    public ValueTask DisposeAsync() => _timer.DisposeAsync();

    private void PublishDue()
    {
        lock (_lock)
        {
            while (_early.TryPeek(out var next))
            {
                var early = next.Start + next.Cut.Duration - _time.GetUtcNow() - _furthestAhead;
                if (early > TimeSpan.Zero)
                {
                    _timer.Change(early, Timeout.InfiniteTimeSpan);
                    return;
                }
                _early.Dequeue();
                _playlist.Add(next.Cut.Bytes, next.Cut.Duration, next.Start, next.Discontinuity);
            }
        }
    }
}
