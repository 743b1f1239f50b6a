using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Nodes;
using AudioOrleans.Grains.Streams;

namespace AudioOrleans.Cluster.Tests.Placement;

[GrainType("test.traveller"), LeastLoadedPlacement]
public sealed class TravellerGrain(ILocalSiloDetails silo) : Grain, ITravellerGrain, IGrainMigrationParticipant
{
    private const string MigrationKey = "live";

    private StreamMigrationState _migrated = new(null, [], [], 0);

    public Task<string> Where() => Task.FromResult(silo.SiloAddress.ToParsableString());

    public Task Pack(string track, AudienceReport audience, IStreamObserver watcher)
    {
        _migrated = new StreamMigrationState(track, [audience], [watcher], 7);
        return Task.CompletedTask;
    }

    public async Task<string> Unpack()
    {
        var listeners = _migrated.Audiences.Sum(audience => audience.Progressive + audience.Hls);
        foreach (var watcher in _migrated.Watchers)
            await watcher.Changed(new StreamChange(LiveState.Live, _migrated.CurrentTrack, listeners, null));
        return $"{_migrated.CurrentTrack}, {listeners}, {_migrated.LastDiscontinuity}";
    }

    public Task Leave()
    {
        this.MigrateOnIdle();
        return Task.CompletedTask;
    }

    public void OnDehydrate(IDehydrationContext dehydrationContext) => dehydrationContext.TryAddValue(MigrationKey, _migrated);

    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (rehydrationContext.TryGetValue<StreamMigrationState>(MigrationKey, out var migrated))
            _migrated = migrated!;
    }
}
