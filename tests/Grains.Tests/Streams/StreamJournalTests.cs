using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Streams;

namespace AudioOrleans.Grains.Tests.Streams;

public sealed class StreamJournalTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 21, 6, 0, 0, TimeSpan.Zero);

    private readonly StreamJournal _journal = new();

    [Fact]
    public void Written_entries_are_removed_and_entries_added_meanwhile_stay_pending()
    {
        _journal.Add(Report(1, RelayReportKind.Title, text: "One"), LiveState.Live, null);
        _journal.Add(Report(2, RelayReportKind.State, LiveState.Retrying, "The source ended the stream."), LiveState.Live, null);
        var written = _journal.Pending;
        _journal.Add(Report(3, RelayReportKind.Title, text: "Two"), LiveState.Retrying, null);
        _journal.Written(written);

        var next = _journal.Pending;
        Assert.Equal(["Two"], next.Tracks.Select(track => track.Title));
        Assert.Empty(next.Timeline);
        _journal.Written(next);
        Assert.True(_journal.IsEmpty);
    }

    [Fact]
    public void A_stream_that_stays_offline_for_one_reason_is_recorded_once()
    {
        _journal.Add(Report(1, RelayReportKind.State, LiveState.Offline, "Refused."), LiveState.Retrying, "Refused.");
        _journal.Add(Report(2, RelayReportKind.State, LiveState.Offline, "Refused."), LiveState.Offline, "Refused.");
        _journal.Add(Report(3, RelayReportKind.State, LiveState.Offline, "Unknown name."), LiveState.Offline, "Refused.");
        Assert.Equal(["Refused.", "Unknown name."], _journal.Pending.Timeline.Select(entry => entry.Reason));
    }

    [Fact]
    public void Empty_titles_and_heartbeats_are_not_recorded()
    {
        _journal.RestoreRelay("node-1", null);
        _journal.Add(Report(1, RelayReportKind.Title, text: ""), LiveState.Live, null);
        _journal.Add(Report(2, RelayReportKind.Heartbeat), LiveState.Live, null);
        Assert.True(_journal.IsEmpty);
    }

    [Fact]
    public void A_relay_on_another_node_is_recorded_as_a_move_between_the_two()
    {
        _journal.RestoreRelay(null, null);
        _journal.Add(Report(1, RelayReportKind.State, LiveState.Connecting), LiveState.Connecting, null);
        var first = _journal.Pending;
        Assert.DoesNotContain(first.Timeline, entry => entry.Kind == "moved");
        _journal.Written(first);

        _journal.RestoreRelay("elsewhere", null);
        _journal.Add(Report(2, RelayReportKind.State, LiveState.Connecting), LiveState.Connecting, null);
        _journal.Add(Report(3, RelayReportKind.State, LiveState.Live), LiveState.Connecting, null);
        var moved = _journal.Pending;
        Assert.Equal([("moved", $"From elsewhere to {first.LastNode}."), ("connecting", null), ("live", null)], moved.Timeline.Select(entry => (entry.Kind, entry.Reason)));
        Assert.Equal(first.LastNode, moved.LastNode);
    }

    [Fact]
    public void A_track_that_continues_on_another_node_and_the_move_are_recorded_once()
    {
        _journal.Add(Report(1, RelayReportKind.Title, text: "One"), LiveState.Live, null);
        var next = new StreamJournal();
        var written = _journal.Pending;
        next.RestoreRelay(written.LastNode, written.LastTrack);
        next.Add(Report(2, RelayReportKind.Title, text: "One") with { Node = "node-2" }, LiveState.Live, null);
        next.Add(Report(3, RelayReportKind.Title, text: "Two") with { Node = "node-2" }, LiveState.Live, null);
        next.Add(Report(4, RelayReportKind.Title, text: "") with { Node = "node-2" }, LiveState.Live, null);
        next.Add(Report(5, RelayReportKind.Title, text: "Two") with { Node = "node-2" }, LiveState.Live, null);
        var after = next.Pending;
        Assert.Equal(["Two", "Two"], after.Tracks.Select(track => track.Title)); // The title was cleared in between, so the track began again.
        Assert.Equal(("moved", "From node-1 to node-2."), (after.Timeline.Single().Kind, after.Timeline.Single().Reason));
    }

    [Fact]
    public void Discontinuity_numbers_never_decrease_and_a_new_one_is_written()
    {
        _journal.Restore(20);
        Assert.True(_journal.IsEmpty);
        _journal.Add(Report(1, RelayReportKind.Heartbeat, discontinuity: 31), LiveState.Live, null);
        _journal.Add(Report(2, RelayReportKind.Heartbeat, discontinuity: 30), LiveState.Live, null);
        _journal.Restore(25);
        Assert.False(_journal.IsEmpty);
        Assert.Equal(31, _journal.LastDiscontinuity);
        _journal.Written(_journal.Pending);
        Assert.True(_journal.IsEmpty);
    }

    [Fact]
    public void Only_the_newest_500_entries_are_kept()
    {
        for (var i = 0; i < 600; i++)
            _journal.Add(Report(i, RelayReportKind.Title, text: $"{i}"), LiveState.Live, null);
        var kept = _journal.Pending.Tracks;
        Assert.Equal(500, kept.Length);
        Assert.Equal("599", kept[^1].Title);
    }

    private static RelayReport Report(int second, RelayReportKind kind, LiveState? state = null, string? text = null, long discontinuity = 0) =>
        new(kind, Start.AddSeconds(second), "node-1", state, text, null, null, discontinuity);
}
