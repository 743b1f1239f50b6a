using System.Collections.Immutable;

namespace Audio.Orleans.RelayHost.Hls;

/// <summary>
/// The window of a live stream: which segments are listed, which are still fetchable, and the numbers that must never go back
/// (RFC 8216, section 6.2.2). One writer, any number of readers.
/// </summary>
/// <remarks>
/// Sequence numbers start from the clock, at one per two seconds since 1970. Segments come at a third of that pace, so a
/// playlist that starts again, here after a crash or on another node, always starts above all numbers that were ever given,
/// without anybody having to remember them. The discontinuity sequence starts the same way for the same reason.
/// </remarks>
public sealed class LivePlaylist
{
    /// <summary>How many segments a playlist must hold before it is served.</summary>
    public const int MinimumSegments = 3;

    /// <summary>How much a playlist lists, in target durations.</summary>
    private const double ListedTargets = 5;

    /// <summary>
    /// How much is kept, in target durations: a removed segment stays fetchable for its own duration plus that of the longest
    /// playlist that held it (RFC 8216, section 6.2.2).
    /// </summary>
    private const double RetainedTargets = ListedTargets + 1 + ListedTargets + 1;

    private static readonly TimeSpan SequencePace = TimeSpan.FromSeconds(2);

    private readonly TimeSpan _targetDuration;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ImmutableArray<MediaSegment> _retained = [];
    private long _firstListed;
    private long _nextSequence;
    private long _discontinuitySequence;
    private volatile PlaylistSnapshot? _current;

    /// <summary>An empty playlist whose numbers start from the clock.</summary>
    public LivePlaylist(TimeSpan targetDuration, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _targetDuration = targetDuration;
        _nextSequence = time.GetUtcNow().ToUnixTimeMilliseconds() / (long)SequencePace.TotalMilliseconds;
        _discontinuitySequence = _nextSequence;
        _firstListed = _nextSequence;
    }

    /// <summary>The playlist as it stands; null until it holds enough segments to be played.</summary>
    public PlaylistSnapshot? Current => _current;

    /// <summary>Ends when the playlist can be served.</summary>
    public Task Ready => _ready.Task;

    /// <summary>The number of the newest segment; -1 before the first.</summary>
    public long LastSequence => _retained.IsEmpty ? -1 : _retained[^1].Sequence;

    /// <summary>Adds a segment at the end. A discontinuity before the very first segment of a playlist is no discontinuity.</summary>
    public MediaSegment Add(ReadOnlyMemory<byte> bytes, TimeSpan duration, DateTimeOffset start, bool discontinuity)
    {
        var segment = new MediaSegment(_nextSequence++, duration, start, discontinuity && !_retained.IsEmpty, bytes);
        var retained = _retained.Add(segment);
        retained = retained.RemoveRange(0, retained.Length - CountFromEnd(retained, RetainedTargets));
        ImmutableInterlocked.InterlockedExchange(ref _retained, retained);

        var listed = retained[^CountFromEnd(retained, ListedTargets)..];
        _discontinuitySequence += retained.Count(s => s.Discontinuity && s.Sequence >= _firstListed && s.Sequence < listed[0].Sequence);
        _firstListed = listed[0].Sequence;
        if (retained.Length >= MinimumSegments)
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
    public bool IsAhead(long sequence) => sequence >= _nextSequence;

    /// <summary>How many of the newest segments play for so many target durations; a quarter of one may be missing, as segments are not exact.</summary>
    private int CountFromEnd(ImmutableArray<MediaSegment> segments, double targets)
    {
        var wanted = _targetDuration * (targets - 0.25);
        var count = 0;
        for (var total = TimeSpan.Zero; count < segments.Length && (total < wanted || count < MinimumSegments); count++)
            total += segments[^(count + 1)].Duration;
        return count;
    }
}
