using Audio.Orleans.Contracts.Nodes;
using Audio.Orleans.Silo.Cluster;
using Audio.Orleans.Testing;

namespace Audio.Orleans.Gateway.Tests.Hosting;

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
    public void What_was_placed_since_the_last_report_counts()
    {
        var chosen = Enumerable.Range(0, 11).Select(_ => Both[_loads.Choose(Both)]).ToList();
        Assert.Equal(10, chosen.Count(silo => silo == Two.Silo));
        Assert.Equal(One.Silo, chosen[^1] == Two.Silo ? Both[_loads.Choose(Both)] : chosen[^1]);
    }

    [Fact]
    public void A_directory_that_has_just_forgotten_all_makes_no_node_an_empty_one()
    {
        _loads.Replace([Two]);
        Assert.Equal(10, _loads.Nodes[One.Silo].Relays);
        Assert.Equal(Two.Silo, Both[_loads.Choose(Both)]);
    }

    [Fact]
    public void A_node_that_stays_silent_gets_streams_only_when_no_other_is_left()
    {
        _time.Advance(TimeSpan.FromSeconds(4));
        _loads.Replace([One]);
        Assert.All(Enumerable.Range(0, 30), _ => Assert.Equal(One.Silo, Both[_loads.Choose(Both)]));
        Assert.Equal(0, _loads.Choose([Two.Silo]));
    }

    [Fact]
    public void It_is_forgotten_in_the_end_and_at_once_when_it_was_started_again()
    {
        _loads.Replace([One, Two with { Silo = "two:2" }]);
        Assert.DoesNotContain(Two.Silo, _loads.Nodes.Keys);
        _time.Advance(TimeSpan.FromSeconds(61));
        _loads.Replace([One]);
        Assert.Equal([One.Silo], _loads.Nodes.Keys);
    }
}
