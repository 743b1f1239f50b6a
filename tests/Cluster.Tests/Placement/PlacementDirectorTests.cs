using AudioOrleans.Grains.Interfaces.Nodes;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Nodes;
using AudioOrleans.Silo.Cluster;
using AudioOrleans.Testing;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;

namespace AudioOrleans.Cluster.Tests.Placement;

/// <summary>Runs three silos in this process: where the director places activations, and which state they keep when they migrate.</summary>
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
    public async Task New_activations_go_to_the_least_loaded_node_and_never_to_a_draining_one()
    {
        SetLoads([(5, false), (0, true), (7, false)]);
        Assert.Equal([_silos[0]], (await PlaceAsync(2)).Distinct());
        SetLoads([(5, false), (0, false), (0, false)]);
        Assert.DoesNotContain(_silos[0], await PlaceAsync(4));
    }

    [Fact]
    public async Task Many_activations_at_once_are_spread_although_no_node_has_reported_since()
    {
        SetLoads([(0, false), (0, false), (0, false)]);
        var places = await PlaceAsync(30);
        // Each silo knows only its own placements, so the counts may differ by one per silo.
        Assert.Equal(3, places.Distinct().Count());
        Assert.All(places.CountBy(place => place), place => Assert.InRange(place.Value, 8, 12));
    }

    [Fact]
    public async Task A_node_without_a_report_counts_as_empty()
    {
        foreach (var silo in _cluster.Silos)
            Loads(silo).Replace([Report(0, 5, false), Report(1, 5, false)]);
        Assert.Equal([_silos[2]], (await PlaceAsync(2)).Distinct());
    }

    [Fact]
    public async Task A_migrated_activation_keeps_its_state_and_its_observers()
    {
        SetLoads([(0, false), (9, false), (9, false)]);
        var grain = _cluster.GrainFactory.GetGrain<IMigratingGrain>(Guid.NewGuid().ToString());
        Assert.Equal(_silos[0], await grain.GetSilo());
        var observer = new Observer();
        await grain.SetState("On air", new AudienceReport("g1", 2, 3), _cluster.GrainFactory.CreateObjectReference<IStreamObserver>(observer));

        SetLoads([(1, true), (9, false), (8, false)]);
        await grain.Migrate();
        await Eventually.That(async () => await grain.GetSilo() == _silos[2], Deadline, "the activation has moved to the least loaded node");
        Assert.Equal("On air, 5, 7", await grain.NotifyAndGetState());
        await Eventually.That(() => observer.LastChange is { CurrentTrack: "On air", Listeners: 5 }, Deadline, "the observer is notified from there");
    }

    private async Task<ImmutableArray<string>> PlaceAsync(int count) =>
        [.. await Task.WhenAll(Enumerable.Range(0, count).Select(_ => _cluster.GrainFactory.GetGrain<IMigratingGrain>(Guid.NewGuid().ToString()).GetSilo()))];

    private void SetLoads((int Relays, bool Draining)[] nodes)
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

    private sealed class Observer : IStreamObserver
    {
        public StreamChange? LastChange { get; private set; }

        public Task Changed(StreamChange change)
        {
            LastChange = change;
            return Task.CompletedTask;
        }
    }
}
