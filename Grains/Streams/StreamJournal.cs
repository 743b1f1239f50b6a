using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Persistence.Streams;

namespace AudioOrleans.Grains.Streams;

/// <summary>
/// The relay's reports that are not written yet: tracks, timeline entries and the newest discontinuity number. While the database
/// is down they are kept here, and the oldest are dropped first.
/// </summary>
public sealed class StreamJournal
{
    private const int MostEntries = 500;

    private ImmutableArray<TrackRow> _tracks = [];
    private ImmutableArray<TimelineRow> _timeline = [];
    private long _writtenDiscontinuity;
    private string? _node;
    private string? _track;

    /// <summary>The newest known discontinuity number, written or not.</summary>
    public long LastDiscontinuity { get; private set; }

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty => _tracks.IsEmpty && _timeline.IsEmpty && LastDiscontinuity == _writtenDiscontinuity;

    /// <summary>How many entries are pending.</summary>
    public int Count => _tracks.Length + _timeline.Length;

    /// <summary>Restores the last node and the title on air from the stored state.</summary>
    public void RestoreRelay(string? node, string? track) => (_node, _track) = (node, track);

    /// <summary>Records a discontinuity number known from elsewhere, written or not.</summary>
    public void RememberDiscontinuity(long lastDiscontinuity) => LastDiscontinuity = Math.Max(LastDiscontinuity, lastDiscontinuity);

    /// <summary>Restores the discontinuity number from the stored state.</summary>
    public void Restore(long lastDiscontinuity)
    {
        _writtenDiscontinuity = Math.Max(_writtenDiscontinuity, lastDiscontinuity);
        LastDiscontinuity = Math.Max(LastDiscontinuity, lastDiscontinuity);
    }

    /// <summary>Adds a report. A stream that stays offline for one reason gets one entry, not one a minute.</summary>
    /// <param name="report">The report.</param>
    /// <param name="state">The stream's state before it.</param>
    /// <param name="reason">The reason for that state.</param>
    public void Add(RelayReport report, LiveState state, string? reason)
    {
        LastDiscontinuity = Math.Max(LastDiscontinuity, report.LastDiscontinuity);
        var at = report.At.UtcDateTime;
        if (_node != report.Node)
        {
            if (_node is not null)
                _timeline = Append(_timeline, new TimelineRow(at, "moved", $"From {_node} to {report.Node}."));
            _node = report.Node;
        }
        switch (report.Kind)
        {
            case RelayReportKind.Title:
                // A relay that takes over reports the current title again: the track continues, it does not start again.
                if (!string.IsNullOrEmpty(report.Text) && report.Text != _track)
                    _tracks = Append(_tracks, new TrackRow(at, report.Text));
                _track = report.Text;
                break;
            case RelayReportKind.State when report.State is { } next && (next != LiveState.Offline || next != state || report.Text != reason):
                _timeline = Append(_timeline, new TimelineRow(at, next.ToString().ToLowerInvariant(), report.Text));
                break;
            case RelayReportKind.SegmenterRestarted:
                _timeline = Append(_timeline, new TimelineRow(at, "segmenter_restarted", report.Text));
                break;
            default:
                break;
        }
    }

    /// <summary>All entries that are not written yet.</summary>
    public StreamJournalEntries Pending => new(_tracks, _timeline, LastDiscontinuity, _node, _track);

    /// <summary>Removes entries that were written.</summary>
    public void Written(StreamJournalEntries entries)
    {
        _tracks = _tracks.RemoveRange(entries.Tracks);
        _timeline = _timeline.RemoveRange(entries.Timeline);
        _writtenDiscontinuity = entries.LastDiscontinuity;
    }

    private static ImmutableArray<T> Append<T>(ImmutableArray<T> entries, T entry) =>
        entries.Length < MostEntries ? entries.Add(entry) : entries.RemoveAt(0).Add(entry);
}

/// <summary>The entries that a stream's journal has to write.</summary>
/// <param name="Tracks">Tracks that have started.</param>
/// <param name="Timeline">What happened.</param>
/// <param name="LastDiscontinuity">The newest discontinuity number.</param>
/// <param name="LastNode">The node that relays; null before the first report.</param>
/// <param name="LastTrack">The title on air; null or empty for none.</param>
public sealed record StreamJournalEntries(
    ImmutableArray<TrackRow> Tracks, ImmutableArray<TimelineRow> Timeline, long LastDiscontinuity, string? LastNode, string? LastTrack)
{
    /// <summary>The stream's state with the relay's reports applied.</summary>
    public StreamState ApplyTo(StreamState state) => state with { LastDiscontinuity = LastDiscontinuity, LastNode = LastNode, LastTrack = LastTrack };
}
