using System.Collections.Concurrent;
using System.Collections.Immutable;
using Audio.Orleans.Contracts.Nodes;
using Audio.Orleans.Grains.Nodes;

namespace Audio.Orleans.Silo.Cluster;

/// <summary>What this silo knows of the nodes, a second old at most, and what it gave to each of them since.</summary>
public sealed class NodeLoads
{
    private readonly ConcurrentDictionary<string, int> _placed = new(StringComparer.Ordinal);
    private volatile ImmutableDictionary<string, NodeReport> _nodes = ImmutableDictionary<string, NodeReport>.Empty;

    /// <summary>The nodes by their silos' addresses.</summary>
    public IReadOnlyDictionary<string, NodeReport> Nodes => _nodes;

    /// <summary>Takes what the directory says; what was placed before is in it.</summary>
    public void Replace(ImmutableArray<NodeReport> reports)
    {
        _nodes = reports.ToImmutableDictionary(report => report.Silo, StringComparer.Ordinal);
        _placed.Clear();
    }

    /// <summary>Says at once that a node gives its streams away: its own, before the directory knows.</summary>
    public void Drain(string silo)
    {
        if (_nodes.TryGetValue(silo, out var report))
            _nodes = _nodes.SetItem(silo, report with { Draining = true });
    }

    /// <summary>Chooses among silos, by their addresses, and remembers the choice.</summary>
    public int Choose(IReadOnlyList<string> silos)
    {
        ArgumentNullException.ThrowIfNull(silos);
        var nodes = _nodes;
        var index = NodeChoice.MostRoom([.. silos.Select(silo => nodes.GetValueOrDefault(silo))], [.. silos.Select(silo => _placed.GetValueOrDefault(silo))]);
        _placed.AddOrUpdate(silos[index], 1, static (_, count) => count + 1);
        return index;
    }
}
