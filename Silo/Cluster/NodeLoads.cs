using System.Collections.Immutable;
using AudioOrleans.Grains.Interfaces.Nodes;
using AudioOrleans.Grains.Nodes;
using Orleans.Runtime.Placement;

namespace AudioOrleans.Silo.Cluster;

/// <summary>
/// This silo's view of the nodes, at most a second old, with its own placements since. A node that is missing from the directory is
/// kept for a while: the directory loses all entries when its own node dies, and a silent node is not an empty one.
/// </summary>
public sealed class NodeLoads(TimeProvider time)
{
    /// <summary>How long the last report of a missing node stays valid; after that, the node gets streams only if there is no other.</summary>
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    /// <summary>After this time, placements on a node are included in its reports, which arrive once a second with a delay.</summary>
    private static readonly TimeSpan Reported = TimeSpan.FromSeconds(2);

    private readonly List<(string Silo, long At)> _placed = [];
    private readonly Dictionary<string, long> _namedAt = new(StringComparer.Ordinal);
    private volatile ImmutableDictionary<string, NodeReport> _nodes = ImmutableDictionary<string, NodeReport>.Empty;

    /// <summary>The nodes by their silos' addresses.</summary>
    public IReadOnlyDictionary<string, NodeReport> Nodes => _nodes;

    /// <summary>Replaces the view with the directory's reports. Single caller.</summary>
    public void Replace(ImmutableArray<NodeReport> reports)
    {
        var next = reports.ToImmutableDictionary(report => report.Silo, StringComparer.Ordinal).ToBuilder();
        foreach (var report in reports)
            _namedAt[report.Silo] = time.GetTimestamp();
        foreach (var (silo, report) in _nodes)
        {
            var silence = time.GetElapsedTime(_namedAt[silo]);
            if (next.ContainsKey(silo) || reports.Any(named => named.Name == report.Name))
                continue; // Listed, or restarted.
            if (silence > Remembered)
                _namedAt.Remove(silo);
            else
                next[silo] = report with { Draining = report.Draining || silence > Trusted };
        }
        _nodes = next.ToImmutable();
    }

    /// <summary>Marks a node as draining immediately: its own, before the directory is notified.</summary>
    public void Drain(string silo)
    {
        if (_nodes.TryGetValue(silo, out var report))
            _nodes = _nodes.SetItem(silo, report with { Draining = true });
    }

    /// <summary>Chooses among silos, by their addresses, and records the placement.</summary>
    public int Choose(IReadOnlyList<string> silos)
    {
        var nodes = _nodes;
        // A random one among equals: all silos have the same view, and would place the first streams on the same node.
        var offset = Random.Shared.Next(silos.Count);
        var rotated = Enumerable.Range(0, silos.Count).Select(i => silos[(i + offset) % silos.Count]).ToList();
        lock (_placed)
        {
            _placed.RemoveAll(placed => time.GetElapsedTime(placed.At) > Reported);
            var index = NodeChoice.MostRoom(
                [.. rotated.Select(silo => nodes.GetValueOrDefault(silo))], [.. rotated.Select(silo => _placed.Count(placed => placed.Silo == silo))]);
            _placed.Add((rotated[index], time.GetTimestamp()));
            return (index + offset) % silos.Count;
        }
    }
}

/// <summary>Chooses silos for <see cref="Grains.Nodes.LeastLoadedPlacement"/>.</summary>
public sealed class LeastLoadedDirector(NodeLoads loads) : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(silos[loads.Choose([.. silos.Select(silo => silo.ToParsableString())])]);
    }
}
