using AudioOrleans.Grains.Interfaces.Nodes;
using AudioOrleans.Grains.Nodes;
using AudioOrleans.Grains.Tests.Storage;
using AudioOrleans.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioOrleans.Grains.Tests.Nodes;

public sealed class NodeDirectoryGrainTests
{
    private static readonly NodeReport One = new("one", "S127.0.0.1:1:1", new Uri("http://127.0.0.1:1"), 1, 2, 0.1, 0.2, false, DateTimeOffset.UnixEpoch);
    private static readonly NodeReport Two = One with { Name = "two", Silo = "S127.0.0.1:2:1" };

    private readonly ManualTimeProvider _time = new();
    private readonly MemoryState<NodeDirectoryState> _state = new();
    private readonly NodeDirectoryGrain _directory;

    public NodeDirectoryGrainTests() => _directory = NewDirectory();

    [Fact]
    public async Task A_report_returns_all_nodes_sorted_by_name()
    {
        Assert.Equal([Two], (await _directory.Report(Two)).ToArray());
        Assert.Equal([One, Two], (await _directory.Report(One)).ToArray());
        Assert.Equal([One, Two], (await _directory.List()).ToArray());
    }

    [Fact]
    public async Task Only_a_node_that_stops_reporting_is_removed_after_five_seconds()
    {
        await _directory.Report(One);
        _time.Advance(TimeSpan.FromSeconds(3));
        await _directory.Report(Two);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([One, Two], (await _directory.List()).ToArray());
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal([Two], (await _directory.List()).ToArray());
        Assert.Equal([One, Two], (await _directory.Report(One)).ToArray());
    }

    [Fact]
    public async Task The_newest_report_of_a_node_replaces_the_previous_one_even_after_a_restart()
    {
        await _directory.Report(One);
        await _directory.Report(One with { Relays = 7, Draining = true });
        Assert.Equal((7, true), (await _directory.List()) is [var known] ? (known.Relays, known.Draining) : default);
        var again = One with { Silo = "S127.0.0.1:1:2" };
        Assert.Equal([again], (await _directory.Report(again)).ToArray());
    }

    [Fact]
    public async Task A_new_activation_knows_all_nodes_at_once_and_removes_those_that_do_not_report()
    {
        await _directory.Report(One);
        await _directory.Report(Two);
        var fresh = NewDirectory();
        await fresh.OnActivateAsync(CancellationToken.None);
        Assert.Equal([One, Two], (await fresh.List()).ToArray());
        _time.Advance(TimeSpan.FromSeconds(4));
        await fresh.Report(Two);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal([Two], (await fresh.List()).ToArray());
    }

    [Fact]
    public async Task State_is_written_when_a_node_joins_leaves_or_drains_but_not_with_each_report()
    {
        await _directory.Report(One);
        await _directory.Report(One with { Relays = 8 });
        Assert.Equal(1, _state.Writes);
        await _directory.Report(One with { Draining = true });
        Assert.Equal(2, _state.Writes);
        _time.Advance(TimeSpan.FromSeconds(6));
        await _directory.Report(Two);
        Assert.Equal(3, _state.Writes);
        Assert.Equal([Two], _state.State.Nodes.ToArray());
    }

    private NodeDirectoryGrain NewDirectory() => new(_state, _time, NullLogger<NodeDirectoryGrain>.Instance);
}
