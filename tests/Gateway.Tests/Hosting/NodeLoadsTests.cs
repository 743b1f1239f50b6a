using AudioOrleans.Grains.Interfaces.Nodes;
using AudioOrleans.Silo.Cluster;
using AudioOrleans.Testing;

namespace AudioOrleans.Gateway.Tests.Hosting;

public sealed class NodeLoadsTests
{
    private static readonly NodeReport One = new("one", "one:1", null, 10, 2, 0.1, 0.2, false, DateTimeOffset.UnixEpoch);
    private static readonly NodeReport Two = One with { Name = "two", Silo = "two:1", Relays = 1 };
    private static readonly string[] Both = [One.Silo, Two.Silo];

    private readonly ManualTimeProvider _time = new();
    private readonly NodeLoads _loads;

    public NodeLoadsTests()
    {
        _loads = new NodeLoads(_time);
        _loads.Replace([One, Two]);
    }

    [Fact]
    public void Placed_streams_count_until_reports_must_include_them()
    {
        Assert.All(Enumerable.Range(0, 9), _ => Assert.Equal(Two.Silo, Both[_loads.Choose(Both)]));
        _loads.Replace([One, Two]); // Reports that were already under way.
        var next = Enumerable.Range(0, 10).Select(_ => Both[_loads.Choose(Both)]).ToList();
        Assert.Equal((5, 5), (next.Count(silo => silo == One.Silo), next.Count(silo => silo == Two.Silo)));
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(Two.Silo, Both[_loads.Choose(Both)]);
    }

    [Fact]
    public void A_node_that_is_missing_in_the_directory_keeps_its_last_load()
    {
        _loads.Replace([Two]);
        Assert.Equal(10, _loads.Nodes[One.Silo].Relays);
        Assert.Equal(Two.Silo, Both[_loads.Choose(Both)]);
    }

    [Fact]
    public void A_node_that_stops_reporting_gets_streams_only_if_there_is_no_other_node()
    {
        _time.Advance(TimeSpan.FromSeconds(4));
        _loads.Replace([One]);
        Assert.All(Enumerable.Range(0, 30), _ => Assert.Equal(One.Silo, Both[_loads.Choose(Both)]));
        Assert.Equal(0, _loads.Choose([Two.Silo]));
    }

    [Fact]
    public void A_node_is_removed_after_a_minute_of_silence_and_at_once_after_a_restart()
    {
        _loads.Replace([One, Two with { Silo = "two:2" }]);
        Assert.DoesNotContain(Two.Silo, _loads.Nodes.Keys);
        _time.Advance(TimeSpan.FromSeconds(61));
        _loads.Replace([One]);
        Assert.Equal([One.Silo], _loads.Nodes.Keys);
    }
}
