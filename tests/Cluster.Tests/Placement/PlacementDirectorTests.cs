using AudioOrleans.Grains.Interfaces.Nodes;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Nodes;
using AudioOrleans.Silo.Cluster;
using AudioOrleans.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace AudioOrleans.Cluster.Tests.Placement;

/// <summary>Three silos in this process: where the director puts activations, and what they bring along when they move.</summary>
public sealed class PlacementDirectorTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly TestCluster _cluster = new TestClusterBuilder(3).AddSiloBuilderConfigurator<Placement>().Build();
    private ImmutableArray<string> _silos = [];

    public async Task InitializeAsync()
    {
        await _cluster.DeployAsync();
        _silos = [.. _cluster.Silos.Select(silo => silo.SiloAddress.ToParsableString())];
    }

    public async Task DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task New_ones_go_where_the_most_room_is_and_none_to_a_node_that_drains()
    {
        Know([(5, false), (0, true), (7, false)]);
        Assert.Equal([_silos[0]], (await PlaceAsync(2)).Distinct());
        Know([(5, false), (0, false), (0, false)]);
        Assert.DoesNotContain(_silos[0], await PlaceAsync(4));
    }

    [Fact]
    public async Task Many_at_once_spread_though_no_node_has_reported_meanwhile()
    {
        Know([(0, false), (0, false), (0, false)]);
        var places = await PlaceAsync(30);
        // Each silo knows only what it placed itself: together they may differ by one for each of them.
        Assert.Equal(3, places.Distinct().Count());
        Assert.All(places.CountBy(place => place), place => Assert.InRange(place.Value, 8, 12));
    }

    [Fact]
    public async Task Where_nothing_is_known_of_a_node_it_counts_as_empty()
    {
        foreach (var silo in _cluster.Silos)
            Loads(silo).Replace([Report(0, 5, false), Report(1, 5, false)]);
        Assert.Equal([_silos[2]], (await PlaceAsync(2)).Distinct());
    }

    [Fact]
    public async Task One_that_moves_brings_its_luggage_and_its_watchers_hear_on()
    {
        Know([(0, false), (9, false), (9, false)]);
        var traveller = _cluster.GrainFactory.GetGrain<ITravellerGrain>(Guid.NewGuid().ToString());
        Assert.Equal(_silos[0], await traveller.Where());
        var watcher = new Watcher();
        await traveller.Pack("On air", new AudienceReport("g1", 2, 3), _cluster.GrainFactory.CreateObjectReference<IStreamObserver>(watcher));

        Know([(1, true), (9, false), (8, false)]);
        await traveller.Leave();
        await Eventually.That(async () => await traveller.Where() == _silos[2], Deadline, "it has moved to the least loaded node");
        Assert.Equal("On air, 5, 7", await traveller.Unpack());
        await Eventually.That(() => watcher.Heard is { CurrentTrack: "On air", Listeners: 5 }, Deadline, "the watcher is told from there");
    }

    private async Task<ImmutableArray<string>> PlaceAsync(int count) =>
        [.. await Task.WhenAll(Enumerable.Range(0, count).Select(_ => _cluster.GrainFactory.GetGrain<ITravellerGrain>(Guid.NewGuid().ToString()).Where()))];

    private void Know((int Relays, bool Draining)[] nodes)
    {
        foreach (var silo in _cluster.Silos)
            Loads(silo).Replace([.. nodes.Select((node, i) => Report(i, node.Relays, node.Draining))]);
    }

    private NodeReport Report(int index, int relays, bool draining) => new(_cluster.Silos[index].Name, _silos[index], null, relays, 2, 0.1, 0.1, draining, DateTimeOffset.UnixEpoch);

    private static NodeLoads Loads(SiloHandle silo) => ((InProcessSiloHandle)silo).ServiceProvider.GetRequiredService<NodeLoads>();

    private sealed class Placement : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder)
        {
            siloBuilder.Services.AddSingleton<NodeLoads>();
            siloBuilder.Services.AddPlacementDirector<LeastLoadedPlacement, LeastLoadedDirector>();
        }
    }

    private sealed class Watcher : IStreamObserver
    {
        public StreamChange? Heard { get; private set; }

        public Task Changed(StreamChange change)
        {
            Heard = change;
            return Task.CompletedTask;
        }
    }
}
