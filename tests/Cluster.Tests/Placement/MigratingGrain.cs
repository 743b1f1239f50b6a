using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Nodes;
using AudioOrleans.Grains.Streams;

namespace AudioOrleans.Cluster.Tests.Placement;

[GrainType("test.migrating"), LeastLoadedPlacement]
public sealed class MigratingGrain(ILocalSiloDetails silo) : Grain, IMigratingGrain, IGrainMigrationParticipant
{
    private const string MigrationKey = "live";

    private StreamMigrationState _migrated = new(null, [], [], 0);

    public Task<string> GetSilo() => Task.FromResult(silo.SiloAddress.ToParsableString());

    public Task SetState(string track, AudienceReport audience, IStreamObserver observer)
    {
        _migrated = new StreamMigrationState(track, [audience], [observer], 7);
        return Task.CompletedTask;
    }

    public async Task<string> NotifyAndGetState()
    {
        var listeners = _migrated.Audiences.Sum(audience => audience.Progressive + audience.Hls);
        foreach (var observer in _migrated.Watchers)
            await observer.Changed(new StreamChange(LiveState.Live, _migrated.CurrentTrack, listeners, null));
        return $"{_migrated.CurrentTrack}, {listeners}, {_migrated.LastDiscontinuity}";
    }

    public Task Migrate()
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
