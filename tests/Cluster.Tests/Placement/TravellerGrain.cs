using Audio.Orleans.Contracts.Streams;
using Audio.Orleans.Grains.Nodes;
using Audio.Orleans.Grains.Streams;

namespace Audio.Orleans.Cluster.Tests.Placement;

[GrainType("test.traveller"), MostRoomPlacement]
public sealed class TravellerGrain(ILocalSiloDetails silo) : Grain, ITravellerGrain, IGrainMigrationParticipant
{
    private const string Luggage = "live";

    private StreamLuggage _luggage = new(null, [], [], 0);

    public Task<string> Where() => Task.FromResult(silo.SiloAddress.ToParsableString());

    public Task Pack(string track, AudienceReport audience, IStreamObserver watcher)
    {
        _luggage = new StreamLuggage(track, [audience], [watcher], 7);
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

    public void OnDehydrate(IDehydrationContext dehydrationContext) => dehydrationContext.TryAddValue(Luggage, _luggage);

    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (rehydrationContext.TryGetValue<StreamLuggage>(Luggage, out var luggage))
            _luggage = luggage!;
    }
}
