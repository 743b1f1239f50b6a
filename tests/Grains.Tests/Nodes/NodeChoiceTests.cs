using AudioOrleans.Grains.Interfaces.Nodes;
using AudioOrleans.Grains.Nodes;

namespace AudioOrleans.Grains.Tests.Nodes;

public sealed class NodeChoiceTests
{
    private static readonly NodeReport Node = new("n", "s", null, Relays: 10, Cores: 2, CpuShare: 0.5, MemoryShare: 0.5, Draining: false, DateTimeOffset.UnixEpoch);

    [Fact]
    public void The_node_with_the_fewest_relays_per_core_is_chosen() =>
        Assert.Equal(1, Choose(Node with { Relays = 6, Cores = 2 }, Node with { Relays = 20, Cores = 8 }, Node with { Relays = 3, Cores = 1 }));

    [Fact]
    public void Relays_placed_since_the_last_report_count()
    {
        NodeReport?[] nodes = [Node with { Relays = 10 }, Node with { Relays = 12 }];
        Assert.Equal(0, NodeChoice.MostRoom(nodes, [0, 0]));
        Assert.Equal(1, NodeChoice.MostRoom(nodes, [3, 0]));
    }

    [Fact]
    public void Of_equal_nodes_the_one_with_the_lower_CPU_load_is_chosen() => Assert.Equal(1, Choose(Node with { CpuShare = 0.3 }, Node with { CpuShare = 0.2 }));

    [Theory]
    [InlineData(0.86, 0.5)]
    [InlineData(0.5, 0.91)]
    public void An_overloaded_node_comes_after_all_nodes_that_are_not(double cpu, double memory) =>
        Assert.Equal(1, Choose(Node with { Relays = 0, CpuShare = cpu, MemoryShare = memory }, Node with { Relays = 1000 }));

    [Fact]
    public void When_all_nodes_are_overloaded_the_one_with_the_fewest_relays_is_chosen() =>
        Assert.Equal(1, Choose(Node with { Relays = 5, CpuShare = 0.9 }, Node with { Relays = 4, CpuShare = 0.99 }));

    [Fact]
    public void A_draining_node_comes_last_however_busy_the_others_are() =>
        Assert.Equal(1, Choose(Node with { Relays = 0, Draining = true }, Node with { Relays = 1000, CpuShare = 1, MemoryShare = 1 }));

    [Fact]
    public void When_all_nodes_are_draining_one_of_them_is_still_chosen() =>
        Assert.Equal(1, Choose(Node with { Relays = 2, Draining = true }, Node with { Relays = 1, Draining = true }));

    [Fact]
    public void A_node_without_a_report_counts_as_empty()
    {
        Assert.Equal(1, Choose(Node with { Relays = 1 }, null));
        Assert.Equal(0, NodeChoice.MostRoom([Node with { Relays = 3, Cores = 1 }, null], [0, 4]));
        Assert.Equal(0, Choose([null]));
    }

    [Fact]
    public void A_hundred_streams_are_spread_in_proportion_to_cores()
    {
        NodeReport?[] nodes = [Node with { Relays = 0, Cores = 2 }, Node with { Relays = 0, Cores = 4 }, Node with { Relays = 0, Cores = 4 }];
        var placed = new int[3];
        for (var i = 0; i < 100; i++)
            placed[NodeChoice.MostRoom(nodes, placed)]++;
        Assert.Equal([20, 40, 40], placed);
    }

    private static int Choose(params NodeReport?[] nodes) => NodeChoice.MostRoom(nodes, new int[nodes.Length]);
}
