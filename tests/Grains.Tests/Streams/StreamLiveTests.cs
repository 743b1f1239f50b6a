using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Testing;

namespace AudioOrleans.Grains.Tests.Streams;

public sealed class StreamLiveTests
{
    private readonly ManualTimeProvider _clock = new();
    private readonly StreamLive _live;

    public StreamLiveTests() => _live = new StreamLive(_clock);

    [Fact]
    public void A_relay_without_a_report_for_two_minutes_is_not_connected()
    {
        Assert.False(Status.RelayConnected);
        _live.Apply(Report(RelayReportKind.Heartbeat));
        Assert.True(Status.RelayConnected);
        _clock.Advance(TimeSpan.FromSeconds(119));
        Assert.True(Status.RelayConnected);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(Status.RelayConnected);
        _live.Apply(Report(RelayReportKind.Heartbeat));
        Assert.True(Status.RelayConnected);
        Assert.Equal("node-1", Status.Node);
    }

    [Fact]
    public void Uptime_counts_while_the_stream_is_live()
    {
        _live.Apply(Report(RelayReportKind.State, LiveState.Live, codec: "mp3", bitrate: 128));
        var since = _clock.GetUtcNow();
        _clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal((LiveState.Live, since, TimeSpan.FromHours(3)), (Status.State, Status.LiveSince, Status.Uptime));
        Assert.Equal(("mp3", 128), (Status.Codec, Status.BitrateKbps));
        _live.Apply(Report(RelayReportKind.State, LiveState.Retrying, "dropped"));
        Assert.Equal((LiveState.Retrying, null, TimeSpan.Zero), (Status.State, Status.LiveSince, Status.Uptime));
        Assert.Equal("dropped", _live.Reason);
        Assert.Equal(("mp3", 128), (Status.Codec, Status.BitrateKbps));
    }

    [Fact]
    public void Listeners_of_a_gateway_count_for_thirty_seconds()
    {
        _live.Apply(new AudienceReport("one", 3, 4));
        _clock.Advance(TimeSpan.FromSeconds(20));
        _live.Apply(new AudienceReport("two", 10, 0));
        Assert.Equal(17, _live.Listeners);
        _live.Apply(new AudienceReport("two", 1, 1));
        Assert.Equal(9, _live.Listeners);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, _live.Listeners);
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(0, _live.Listeners);
    }

    [Fact]
    public void An_external_relay_counts_with_its_listeners_and_uptime_while_it_sends_heartbeats()
    {
        _live.Apply(new AudienceReport("one", 1, 0));
        _live.Apply(new ExternalHeartbeat("token", 41, TimeSpan.FromHours(5), 1.5));
        Assert.Equal(42, _live.Listeners);
        Assert.Equal((true, TimeSpan.FromHours(5)), (Status.RelayConnected, Status.Uptime));
        _clock.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal(41, _live.Listeners);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((0, false, TimeSpan.Zero), (_live.Listeners, Status.RelayConnected, Status.Uptime));
    }

    [Fact]
    public void The_uptime_of_the_platform_takes_precedence_over_that_of_an_external_relay()
    {
        _live.Apply(new ExternalHeartbeat("token", 0, TimeSpan.FromHours(5), null));
        _live.Apply(Report(RelayReportKind.State, LiveState.Live));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromMinutes(1), Status.Uptime);
    }

    [Fact]
    public void A_title_stays_current_until_it_is_cleared()
    {
        _live.Apply(Report(RelayReportKind.Title, text: "A - B"));
        Assert.Equal("A - B", Status.CurrentTrack);
        _live.Apply(Report(RelayReportKind.State, LiveState.Retrying, "dropped"));
        Assert.Equal("A - B", Status.CurrentTrack);
        _live.Apply(Report(RelayReportKind.Title, text: ""));
        Assert.Null(Status.CurrentTrack);
    }

    [Fact]
    public void A_disabled_stream_shows_neither_title_nor_node()
    {
        _live.Apply(Report(RelayReportKind.State, LiveState.Live));
        _live.Apply(Report(RelayReportKind.Title, text: "A - B"));
        _live.Reset(enabled: false);
        Assert.Equal((LiveState.Disabled, null, null, null), (Status.State, Status.CurrentTrack, Status.Node, Status.LiveSince));
        _live.Reset(enabled: true);
        Assert.Equal(LiveState.Connecting, Status.State);
    }

    private StreamStatus Status => _live.ToStatus(Guid.Empty, "Radio");

    private RelayReport Report(RelayReportKind kind, LiveState? state = null, string? text = null, string? codec = null, int? bitrate = null) =>
        new(kind, _clock.GetUtcNow(), "node-1", state, text, codec, bitrate, LastDiscontinuity: 0);
}
