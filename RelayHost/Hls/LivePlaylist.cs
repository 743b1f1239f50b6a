using System.Collections.Immutable;

namespace AudioOrleans.RelayHost.Hls;

/// <summary>
/// The window of a live stream: which segments are listed, which can still be fetched, and the numbers that must never go back (RFC 8216, section
/// 6.2.2). A relay adds segments to its own playlist; a copy on another node follows it; the playlist of a relay that takes over a stream inherits
/// the previous window and continues its numbers. Any number of readers.
/// </summary>
/// <remarks>
/// Sequence numbers start from the clock, at one per two seconds since 1970. Segments come at a third of that pace, so a playlist that restarts, here
/// after a crash or on another node, starts above every number ever given, without stored state. Only right after a burst may the numbers be ahead of
/// the clock: a caller that restarts a stream on this node passes where they ended. Discontinuity numbers must stay small, because players keep
/// tables indexed by them (with one in the millions, hls.js spends seconds on each segment): the stream's grain stores where they ended.
/// </remarks>
public sealed class LivePlaylist
{
    /// <summary>The number of segments that a playlist must hold before it is served.</summary>
    public const int MinimumSegments = 3;

    /// <summary>Length of the listed window, in target durations.</summary>
    private const double ListedTargets = 5;

    private static readonly TimeSpan SequencePace = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly Lock _writing = new();
    private readonly Queue<DateTimeOffset> _expiries = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableArray<MediaSegment> _retained = [];
    private ImmutableArray<MediaSegment> _beforeJump = [];
    private TimeSpan _targetDuration;
    private long _firstListed;
    private long _nextSequence;
    private long _lastDiscontinuity;
    private bool _served;
    private bool _hasOwn;
    private long? _inheritedEdge;
    private volatile bool _closed;
    private volatile PlaylistSnapshot? _current;

    /// <summary>Creates an empty playlist whose numbers start from the clock.</summary>
    /// <param name="targetDuration">Whole seconds; no segment is longer by half a second.</param>
    /// <param name="time">The clock.</param>
    /// <param name="lowestSequence">Where the sequence numbers of the stream's last playlist ended; 0 when unknown.</param>
    /// <param name="firstDiscontinuity">A number above every discontinuity number of the stream's last playlist.</param>
    public LivePlaylist(TimeSpan targetDuration, TimeProvider time, long lowestSequence = 0, long firstDiscontinuity = 0)
    {
        _targetDuration = targetDuration;
        _time = time;
        _nextSequence = Math.Max(SequenceNow(time), lowestSequence);
        _lastDiscontinuity = firstDiscontinuity;
        _firstListed = _nextSequence;
    }

    /// <summary>The current playlist; null until it holds enough segments to be played.</summary>
    public PlaylistSnapshot? Current => _current;

    /// <summary>Maximum segment duration, in whole seconds.</summary>
    public TimeSpan TargetDuration => _targetDuration;

    /// <summary>The media sequence number of the next segment.</summary>
    public long NextSequence => Volatile.Read(ref _nextSequence);

    /// <summary>The discontinuity sequence number of the newest segment.</summary>
    public long LastDiscontinuity => Volatile.Read(ref _lastDiscontinuity);

    /// <summary>Completes when the playlist can be served.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The media sequence number of the newest segment; -1 before the first.</summary>
    public long LastSequence => _retained is [.., var last] ? last.Sequence : -1;

    /// <summary>Wall clock at the end of the newest segment, UTC; null before the first. Dates never go back.</summary>
    public DateTimeOffset? End => _retained is [.., var last] ? last.End : null;

    /// <summary>Whether no more segments will be added to this playlist.</summary>
    public bool IsClosed => _closed;

    /// <summary>All segments that can be fetched, oldest first.</summary>
    public ImmutableArray<MediaSegment> Retained => _retained;

    /// <summary>How long ago the newest inherited segment was cut, which is how much audio the window lacks; null without inheritance.</summary>
    public TimeSpan? BehindAtTakeover
    {
        get
        {
            lock (_writing)
                return _inheritedEdge is { } edge ? _time.GetElapsedTime(edge) : null;
        }
    }

    /// <summary>
    /// Appends a segment of this relay. The very first segment of a playlist is never marked as a discontinuity; the first after an inherited window
    /// always is.
    /// </summary>
    public MediaSegment Add(SegmentBytes bytes, TimeSpan duration, DateTimeOffset start, bool discontinuity)
    {
        lock (_writing)
        {
            var marked = !_retained.IsEmpty && (discontinuity || !_hasOwn);
            _hasOwn = true;
            var segment = new MediaSegment(_nextSequence, duration, start, marked, _lastDiscontinuity + (marked ? 1 : 0), bytes);
            Append(segment);
            return segment;
        }
    }

    /// <summary>
    /// Adds a segment of another node's playlist. When it does not directly follow the newest, the list is restarted with it; the old list stays
    /// until the new one can be played.
    /// </summary>
    /// <param name="segment">The segment.</param>
    /// <param name="targetDuration">The other playlist's target duration, which replaces this one's.</param>
    /// <exception cref="ArgumentException">Its number is not above the newest.</exception>
    public void Follow(MediaSegment segment, TimeSpan targetDuration)
    {
        lock (_writing)
        {
            _targetDuration = targetDuration;
            if (!_retained.IsEmpty && segment.Sequence < _nextSequence)
                throw new ArgumentException($"Segment {segment.Sequence} cannot follow segment {_nextSequence - 1}.", nameof(segment));
            if (!_retained.IsEmpty && segment.Sequence > _nextSequence)
                Forget();
            if (_retained.IsEmpty)
                (_nextSequence, _firstListed) = (segment.Sequence, segment.Sequence);
            // The segment with the discontinuity tag had a number that another relay's segment had here, so this one must be marked instead.
            var unmarked = !_retained.IsEmpty && !segment.Discontinuity && segment.DiscontinuitySequence != _lastDiscontinuity;
            Append(unmarked ? segment with { Discontinuity = true } : segment);
        }
    }

    /// <summary>
    /// Takes the window of the relay that this one takes over from, or the missing end of it. Does nothing once the playlist has a segment of its
    /// own.
    /// </summary>
    /// <param name="window">Consecutive segments.</param>
    /// <param name="age">How long ago the last of them was cut.</param>
    /// <returns>Whether any segment was taken.</returns>
    /// <exception cref="ArgumentException">The segments are not consecutive.</exception>
    public bool TryInherit(IReadOnlyList<MediaSegment> window, TimeSpan age)
    {
        for (var i = 1; i < window.Count; i++)
        {
            if (window[i].Sequence != window[i - 1].Sequence + 1)
                throw new ArgumentException($"Segment {window[i].Sequence} cannot follow segment {window[i - 1].Sequence}.", nameof(window));
        }
        lock (_writing)
        {
            var news = _retained.IsEmpty ? [.. window] : window.Where(segment => segment.Sequence >= _nextSequence).ToArray();
            if (_hasOwn || news.Length == 0)
                return false;
            if (!_retained.IsEmpty && news[0].Sequence != _nextSequence)
                Forget(); // The window taken first was an older one: this one ends later, and no segment connects them.
            if (_retained.IsEmpty)
                (_nextSequence, _firstListed) = (news[0].Sequence, news[0].Sequence);
            foreach (var segment in news)
                Append(segment);
            _inheritedEdge = _time.GetTimestamp() - (long)(age.TotalSeconds * _time.TimestampFrequency);
            return true;
        }
    }

    /// <summary>Marks the playlist as complete: no more segments will come.</summary>
    public void Close()
    {
        lock (_writing)
        {
            _closed = true;
            SignalChange();
        }
    }

    /// <summary>Finds a segment that is listed or was listed until recently.</summary>
    public bool TryGetSegment(long sequence, out MediaSegment? segment) => TryGet(_retained, sequence, out segment) || TryGet(_beforeJump, sequence, out segment);

    /// <summary>Completes when there is a segment with a higher number, or the playlist is closed.</summary>
    public Task WaitAsync(long sequence)
    {
        var changed = Volatile.Read(ref _changed);
        return LastSequence > sequence || _closed ? Task.CompletedTask : changed.Task;
    }

    /// <summary>Returns the number that a playlist starts with at this time.</summary>
    public static long SequenceNow(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds() / (long)SequencePace.TotalMilliseconds;

    /// <summary>Restarts the list; the old segments can be fetched until the new list moves on.</summary>
    private void Forget()
    {
        ForgetBeforeJump(_retained);
        _retained = [];
        _expiries.Clear();
        _served = false;
    }

    private void Append(MediaSegment segment)
    {
        var retained = _retained.Add(segment);
        var listed = retained[^CountFromEnd(retained, ListedTargets)..];
        foreach (var removed in retained.Where(s => s.Sequence >= _firstListed && s.Sequence < listed[0].Sequence))
        {
            _expiries.Enqueue(Expiry(removed, listed));
            ForgetBeforeJump([]);
        }
        _firstListed = listed[0].Sequence;
        var expired = retained[..CountExpired()];
        ImmutableInterlocked.InterlockedExchange(ref _retained, retained[expired.Length..]);
        LetGo(expired);
        Volatile.Write(ref _nextSequence, segment.Sequence + 1);
        Volatile.Write(ref _lastDiscontinuity, segment.DiscontinuitySequence);
        // Not before it holds three target durations: right after a start, the segments of a source that comes and goes are short.
        _served |= listed.Length >= MinimumSegments && Sum(listed) >= Wanted(MinimumSegments);
        if (_served)
        {
            _current = new PlaylistSnapshot(listed, _targetDuration);
            _ready.TrySetResult();
        }
        SignalChange();
    }

    private void SignalChange() =>
        Interlocked.Exchange(ref _changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private void ForgetBeforeJump(ImmutableArray<MediaSegment> next)
    {
        var forgotten = _beforeJump;
        _beforeJump = next;
        LetGo(forgotten);
    }

    private static void LetGo(ImmutableArray<MediaSegment> segments)
    {
        foreach (var segment in segments)
            segment.Bytes.LetGo();
    }

    private static bool TryGet(ImmutableArray<MediaSegment> segments, long sequence, out MediaSegment? segment)
    {
        segment = null;
        if (segments.IsEmpty)
            return false;
        var index = sequence - segments[0].Sequence;
        if (index < 0 || index >= segments.Length)
            return false;
        segment = segments[(int)index];
        return true;
    }

    /// <summary>
    /// A removed segment stays fetchable for its own duration plus that of the longest playlist that held it (RFC 8216, section 6.2.2): in wall clock
    /// time, because audio may come in bursts.
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

    /// <summary>The duration of that many target durations, less a quarter of one, because segment durations are not exact.</summary>
    private TimeSpan Wanted(double targets) => _targetDuration * (targets - 0.25);

    /// <summary>Counts how many of the newest segments are needed to play for that many target durations.</summary>
    private int CountFromEnd(ImmutableArray<MediaSegment> segments, double targets)
    {
        var wanted = Wanted(targets);
        var count = 0;
        for (var total = TimeSpan.Zero; count < segments.Length && (total < wanted || count < MinimumSegments); count++)
            total += segments[^(count + 1)].Duration;
        return count;
    }
}
