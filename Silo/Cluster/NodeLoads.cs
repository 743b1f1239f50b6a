using System.Collections.Immutable;
using AudioOrleans.Grains.Interfaces.Nodes;
using AudioOrleans.Grains.Nodes;

namespace AudioOrleans.Silo.Cluster;

/// <summary>
/// What this silo knows of the nodes, a second old at most, and what it gave to each of them since. A node that the directory does not
/// name any more is remembered for a while: the directory forgets all when its own node dies, and a silent node is no empty one.
/// </summary>
public sealed class NodeLoads(TimeProvider time)
{
    /// <summary>For so long a node that is not named is taken for what it was; then it gets streams only when no other is left.</summary>
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    /// <summary>After so long what was placed on a node stands in its reports, which come once a second and take a moment.</summary>
    private static readonly TimeSpan Reported = TimeSpan.FromSeconds(2);

    private readonly List<(string Silo, long At)> _placed = [];
    private readonly Dictionary<string, long> _namedAt = new(StringComparer.Ordinal);
    private volatile ImmutableDictionary<string, NodeReport> _nodes = ImmutableDictionary<string, NodeReport>.Empty;

    /// <summary>The nodes by their silos' addresses.</summary>
    public IReadOnlyDictionary<string, NodeReport> Nodes => _nodes;

    /// <summary>Takes what the directory says. One caller.</summary>
    public void Replace(ImmutableArray<NodeReport> reports)
    {
        var next = reports.ToImmutableDictionary(report => report.Silo, StringComparer.Ordinal).ToBuilder();
        foreach (var report in reports)
            _namedAt[report.Silo] = time.GetTimestamp();
        foreach (var (silo, report) in _nodes)
        {
            var silence = time.GetElapsedTime(_namedAt[silo]);
            if (next.ContainsKey(silo) || reports.Any(named => named.Name == report.Name))
                continue; // Named, or started again.
            if (silence > Remembered)
                _namedAt.Remove(silo);
            else
                next[silo] = report with { Draining = report.Draining || silence > Trusted };
        }
        _nodes = next.ToImmutable();
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
        var nodes = _nodes;
        // Of equals any: all silos see the same, and would give the first streams to the same node.
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
