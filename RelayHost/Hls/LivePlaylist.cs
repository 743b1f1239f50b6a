using System.Collections.Immutable;

namespace Audio.Orleans.RelayHost.Hls;

/// <summary>
/// The window of a live stream: which segments are listed, which are still fetchable, and the numbers that must never go back
/// (RFC 8216, section 6.2.2). One writer, any number of readers.
/// </summary>
/// <remarks>
/// Sequence numbers start from the clock, at one per two seconds since 1970. Segments come at a third of that pace, so a
/// playlist that starts again, here after a crash or on another node, starts above all numbers that were ever given, without
/// anybody having to remember them. Only right after a burst may the numbers be ahead of the clock: whoever starts a stream again
/// on this node says where they ended. Discontinuity numbers must stay small, since players keep tables by them (hls.js is busy
/// for seconds a segment with one in the millions): the stream's grain remembers where they ended.
/// </remarks>
public sealed class LivePlaylist
{
    /// <summary>How many segments a playlist must hold before it is served.</summary>
    public const int MinimumSegments = 3;

    /// <summary>How much a playlist lists, in target durations.</summary>
    private const double ListedTargets = 5;

    private static readonly TimeSpan SequencePace = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _targetDuration;
    private readonly TimeProvider _time;
    private readonly Queue<DateTimeOffset> _expiries = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableArray<MediaSegment> _retained = [];
    private long _firstListed;
    private long _nextSequence;
    private long _discontinuitySequence;
    private long _lastDiscontinuity;
    private volatile PlaylistSnapshot? _current;

    /// <summary>An empty playlist whose numbers start from the clock.</summary>
    /// <param name="targetDuration">Whole seconds; no segment is longer by half a second.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lowestSequence">Where the numbers of the stream's last playlist ended; 0 when nobody knows.</param>
    /// <param name="firstDiscontinuity">A number above all discontinuities of the stream's last playlist.</param>
    public LivePlaylist(TimeSpan targetDuration, TimeProvider time, long lowestSequence = 0, long firstDiscontinuity = 0)
    {
        ArgumentNullException.ThrowIfNull(time);
        _targetDuration = targetDuration;
        _time = time;
        _nextSequence = Math.Max(SequenceNow(time), lowestSequence);
        _discontinuitySequence = firstDiscontinuity;
        _lastDiscontinuity = firstDiscontinuity;
        _firstListed = _nextSequence;
    }

    /// <summary>The playlist as it stands; null until it holds enough segments to be played.</summary>
    public PlaylistSnapshot? Current => _current;

    /// <summary>The number that the next segment will have.</summary>
    public long NextSequence => Volatile.Read(ref _nextSequence);

    /// <summary>The discontinuity number of the newest segment.</summary>
    public long LastDiscontinuity => Volatile.Read(ref _lastDiscontinuity);

    /// <summary>Ends when the playlist can be served.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The number of the newest segment; -1 before the first.</summary>
    public long LastSequence => _retained.IsEmpty ? -1 : _retained[^1].Sequence;

    /// <summary>Adds a segment at the end. A discontinuity before the very first segment of a playlist is no discontinuity.</summary>
    public MediaSegment Add(ReadOnlyMemory<byte> bytes, TimeSpan duration, DateTimeOffset start, bool discontinuity)
    {
        var segment = new MediaSegment(_nextSequence, duration, start, discontinuity && !_retained.IsEmpty, bytes);
        var retained = _retained.Add(segment);
        var listed = retained[^CountFromEnd(retained, ListedTargets)..];
        foreach (var removed in retained.Where(s => s.Sequence >= _firstListed && s.Sequence < listed[0].Sequence))
        {
            if (removed.Discontinuity)
                _discontinuitySequence++;
            _expiries.Enqueue(Expiry(removed, listed));
        }
        _firstListed = listed[0].Sequence;
        retained = retained.RemoveRange(0, CountExpired());
        ImmutableInterlocked.InterlockedExchange(ref _retained, retained);
        Volatile.Write(ref _nextSequence, segment.Sequence + 1);
        if (segment.Discontinuity)
            Interlocked.Increment(ref _lastDiscontinuity);
        // Not before it holds three target durations: right after a start the segments of a source that comes and goes are short.
        if (_current is not null || (listed.Length >= MinimumSegments && Sum(listed) >= Wanted(MinimumSegments)))
        {
            _current = new PlaylistSnapshot(listed, _discontinuitySequence, _targetDuration);
            _ready.TrySetResult();
        }
        return segment;
    }

    /// <summary>Finds a segment that is listed or was until a moment ago.</summary>
    public bool TryGetSegment(long sequence, out MediaSegment? segment)
    {
        var retained = _retained;
        segment = null;
        if (retained.IsEmpty)
            return false;
        var index = sequence - retained[0].Sequence;
        if (index < 0 || index >= retained.Length)
            return false;
        segment = retained[(int)index];
        return true;
    }

    /// <summary>Whether the number was never given: it lies ahead of the newest segment.</summary>
    public bool IsAhead(long sequence) => sequence >= NextSequence;

    /// <summary>The number that a playlist starts with at this time.</summary>
    public static long SequenceNow(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return time.GetUtcNow().ToUnixTimeMilliseconds() / (long)SequencePace.TotalMilliseconds;
    }

    /// <summary>
    /// A removed segment stays fetchable for its own duration plus that of the longest playlist that held it (RFC 8216, section
    /// 6.2.2): time by the clock, since audio may come in bursts.
    /// </summary>
    private DateTimeOffset Expiry(MediaSegment removed, ImmutableArray<MediaSegment> listed)
    {
        var longestList = _targetDuration * (ListedTargets + 1);
        var list = removed.Duration + Sum(listed);
        return _time.GetUtcNow() + removed.Duration + (list > longestList ? list : longestList);
    }

    private int CountExpired()
    {
        var count = 0;
        for (var now = _time.GetUtcNow(); _expiries.TryPeek(out var expiry) && expiry <= now; count++)
            _expiries.Dequeue();
        return count;
    }

    private static TimeSpan Sum(ImmutableArray<MediaSegment> segments) => TimeSpan.FromTicks(segments.Sum(segment => segment.Duration.Ticks));

    /// <summary>So many target durations; a quarter of one may be missing, as segments are not exact.</summary>
    private TimeSpan Wanted(double targets) => _targetDuration * (targets - 0.25);

    /// <summary>How many of the newest segments play for so many target durations.</summary>
    private int CountFromEnd(ImmutableArray<MediaSegment> segments, double targets)
    {
        var wanted = Wanted(targets);
        var count = 0;
        for (var total = TimeSpan.Zero; count < segments.Length && (total < wanted || count < MinimumSegments); count++)
            total += segments[^(count + 1)].Duration;
        return count;
    }
}
