using AudioOrleans.Cluster.Tests.Support;
using AudioOrleans.Testing;
using Xunit.Abstractions;

namespace AudioOrleans.Cluster.Tests.Processes;

/// <summary>Which silo gets a stream.</summary>
[Collection("one cluster at a time")]
public sealed class PlacementTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Streams_registered_at_two_gateways_are_spread_evenly_over_three_silos()
    {
        await using var scene = await ClusterScene.StartAsync(output, streams: 12);
        var places = await scene.StreamsByNodeAsync();
        scene.WriteLine(string.Join(", ", places.Select(streams => $"{streams.Key}: {streams.Count()}")));
        Assert.Equal(["silo-1", "silo-2", "silo-3"], places.Select(streams => streams.Key).Order());
        // Not exactly four each: every silo knows only its own placements since the nodes last reported.
        Assert.All(places, streams => Assert.InRange(streams.Count(), 2, 6));
        await Eventually.That(
            async () => (await scene.NodesAsync()).OrderBy(node => node.Key).SequenceEqual(places.Select(streams => KeyValuePair.Create(streams.Key, streams.Count())).OrderBy(node => node.Key)),
            ClusterScene.Deadline, "the admin's list of nodes is the same");
    }

    [Fact]
    public async Task A_silo_that_is_started_later_gets_the_new_streams_and_the_old_ones_stay_where_they_are()
    {
        await using var scene = await ClusterScene.StartAsync(output, streams: 6, silos: 2);
        var before = await scene.StreamsByNodeAsync();
        var late = await scene.Cluster.StartSiloAsync();
        await Eventually.That(async () => (await scene.NodesAsync()).ContainsKey(late.Name), ClusterScene.Deadline, "the new silo has reported");
        var added = await scene.AddStreamsAsync(2);
        var after = await scene.StreamsByNodeAsync();
        Assert.Equal(added.Order(), after[late.Name].Order());
        foreach (var streams in before)
            Assert.Equal(streams.Order(), after[streams.Key].Order());
    }
}
