using System.Collections.Concurrent;
using System.Collections.Immutable;
using Audio.Orleans.Contracts.Nodes;
using Audio.Orleans.Grains.Nodes;

namespace Audio.Orleans.Silo.Cluster;

/// <summary>
/// What this silo knows of the nodes, a second old at most, and what it gave to each of them since. A node that the directory does not
/// name any more is remembered for a while: the directory forgets all when its own node dies, and a silent node is no empty one.
/// </summary>
public sealed class NodeLoads(TimeProvider time)
{
    /// <summary>For so long a node that is not named is taken for what it was; then it gets streams only when no other is left.</summary>
    private static readonly TimeSpan Trusted = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, int> _placed = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _namedAt = new(StringComparer.Ordinal);
    private volatile ImmutableDictionary<string, NodeReport> _nodes = ImmutableDictionary<string, NodeReport>.Empty;

    /// <summary>The nodes by their silos' addresses.</summary>
    public IReadOnlyDictionary<string, NodeReport> Nodes => _nodes;

    /// <summary>Takes what the directory says; what was placed before is in it. One caller.</summary>
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
