using AudioOrleans.RelayHost.Hls;
using AudioOrleans.RelayHost.Segmenting;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>
/// Dates segments and puts them into the playlist. A source that sends faster than it plays does not get ahead of the clock by more
/// than so much: what is too early waits here.
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

    /// <summary>For a playlist of which nothing ends later than so far ahead of the clock.</summary>
    public SegmentPublisher(LivePlaylist playlist, TimeSpan furthestAhead, TimeProvider time)
    {
        (_playlist, _furthestAhead, _time) = (playlist, furthestAhead, time);
        _timer = time.CreateTimer(_ => PublishDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Takes a segment.</summary>
    /// <param name="cut">The segment.</param>
    /// <param name="start">When it began, UTC, if what came before does not end later; null: right then.</param>
    /// <param name="discontinuity">Whether a decoder must start afresh before it.</param>
    public void Add(CutSegment cut, DateTimeOffset? start, bool discontinuity)
    {
        lock (_lock)
        {
            // Dates never go back.
            var end = _end > _playlist.End ? _end : _playlist.End ?? _end;
            var begins = end > start || start is null ? end ?? _time.GetUtcNow() : start.Value;
            _end = begins + cut.Duration;
            _early.Enqueue((cut, begins, discontinuity));
            PublishDue();
        }
    }

    /// <summary>Publishes what waits, early or not: nothing more will come.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            while (_early.TryDequeue(out var next))
                _playlist.Add(next.Cut.Bytes, next.Cut.Duration, next.Start, next.Discontinuity);
        }
    }

    /// <summary>Publishes no more.</summary>
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
