using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Nodes;
using AudioOrleans.Grains.Streams;

namespace AudioOrleans.Cluster.Tests.Placement;

[GrainType("test.traveller"), LeastLoadedPlacement]
public sealed class TravellerGrain(ILocalSiloDetails silo) : Grain, ITravellerGrain, IGrainMigrationParticipant
{
    private const string MigrationKey = "live";

    private StreamMigrationState _luggage = new(null, [], [], 0);

    public Task<string> Where() => Task.FromResult(silo.SiloAddress.ToParsableString());

    public Task Pack(string track, AudienceReport audience, IStreamObserver watcher)
    {
        _luggage = new StreamMigrationState(track, [audience], [watcher], 7);
        return Task.CompletedTask;
    }

    public async Task<string> Unpack()
    {
        var listeners = _luggage.Audiences.Sum(audience => audience.Progressive + audience.Hls);
        foreach (var watcher in _luggage.Watchers)
            await watcher.Changed(new StreamChange(LiveState.Live, _luggage.CurrentTrack, listeners, null));
        return $"{_luggage.CurrentTrack}, {listeners}, {_luggage.LastDiscontinuity}";
    }

    public Task Leave()
    {
        this.MigrateOnIdle();
        return Task.CompletedTask;
    }

    public void OnDehydrate(IDehydrationContext dehydrationContext) => dehydrationContext.TryAddValue(MigrationKey, _luggage);

    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (rehydrationContext.TryGetValue<StreamMigrationState>(MigrationKey, out var migrated))
            _luggage = migrated!;
    }
}
