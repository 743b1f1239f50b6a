using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Grains.Tests.Operations;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;

namespace AudioOrleans.Grains.Tests.Streams;

/// <summary>The last reports survive a deactivation of the grain.</summary>
public sealed class StreamReportsTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly Guid _id = Guid.CreateVersion7();
    private readonly Caller _owner = new(Guid.NewGuid(), IsAdmin: false);
    private OperationSilo _silo = null!;
    private ScriptedSource _source = null!;

    private IStreamGrain Stream => _silo.Grains.GetGrain<IStreamGrain>(GrainKeys.Stream(_id));

    public async Task InitializeAsync()
    {
        _source = await ScriptedSource.PlayingAsync();
        _silo = await OperationSilo.StartAsync(await PostgresServer.NewDatabaseAsync());
        var outcome = await Stream.Register(new RegisterStream(_owner.UserId!.Value, "Station", _source.Url.ToString(), null, null, "", "", Visibility.Public, Monetized: false));
        Assert.Equal((true, null), (outcome.Problems.IsEmpty, outcome.SourceReason));
    }

    public async Task DisposeAsync()
    {
        await _silo.DisposeAsync();
        await _source.DisposeAsync();
    }

    [Fact]
    public async Task A_new_activation_knows_format_listeners_and_heartbeat()
    {
        await Eventually.That(async () => (await Stream.GetStatus()).State == LiveState.Live, Deadline, "the stream is live");
        var node = (await Stream.GetStatus()).Node!;
        await Audience.ReportAudience(new AudienceReport("gateway", 3, 4));
        await Relay.Report(new RelayReport(RelayReportKind.Title, TimeProvider.System.GetUtcNow(), node, null, "Artist - Title", null, null, 0));
        var before = await Stream.GetStatus();

        // Disabled, so that no relay reports again.
        await Stream.Update(_owner, new StreamPatch(null, null, null, null, null, null, null, null, null) { Enabled = false });
        await Relay.ReportHeartbeat(new ExternalHeartbeat(_silo.Service<StreamSecrets>().RelayToken(_id), 5, TimeSpan.FromHours(1), null));
        await _silo.DeactivateAsync(Stream);

        var after = await Stream.GetStatus();
        Assert.Equal((before.Codec, before.BitrateKbps, 12), (after.Codec, after.BitrateKbps, after.Listeners));
        Assert.True(after.RelayConnected);
        Assert.True(after.LastHeartbeat >= before.LastHeartbeat);
        Assert.Equal(0, await _silo.CountAsync("SELECT count(*) FROM orleans_states WHERE position(@Token::bytea in payload) > 0", new { Token = _silo.Service<StreamSecrets>().RelayToken(_id) }));
    }

    [Fact]
    public async Task The_current_track_is_restored_before_the_relay_reports_again()
    {
        await Eventually.That(async () => (await Stream.GetStatus()).State == LiveState.Live, Deadline, "the stream is live");
        var node = (await Stream.GetStatus()).Node!;
        await Relay.Report(new RelayReport(RelayReportKind.Title, TimeProvider.System.GetUtcNow(), node, null, "Artist - Title", null, null, 0));
        await _silo.DeactivateAsync(Stream);
        Assert.Equal("Artist - Title", (await Stream.GetStatus()).CurrentTrack);
    }

    [Fact]
    public async Task A_deleted_stream_leaves_no_reports()
    {
        await Eventually.That(async () => await CountAsync() == 1, Deadline, "the reports are kept");
        await Stream.Delete(_owner);
        Assert.Equal(0, await CountAsync());
    }

    private Task<long> CountAsync() => _silo.CountAsync("SELECT count(*) FROM orleans_states WHERE state_name = 'stream-reports'");

    private IStreamRelayGrain Relay => _silo.Grains.GetGrain<IStreamRelayGrain>(GrainKeys.Stream(_id));

    private IStreamAudienceGrain Audience => _silo.Grains.GetGrain<IStreamAudienceGrain>(GrainKeys.Stream(_id));
}
