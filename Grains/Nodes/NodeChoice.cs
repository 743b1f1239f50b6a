using AudioOrleans.Grains.Interfaces.Nodes;

namespace AudioOrleans.Grains.Nodes;

/// <summary>Which node gets the next stream.</summary>
public static class NodeChoice
{
    /// <summary>A node this busy gets another stream only when all are.</summary>
    private const double BusyCpu = 0.85;

    /// <summary>And only where another is less busy by this much: of nodes that are all about as busy one would get all streams.</summary>
    private const double MuchLess = 0.2;

    private const double FullMemory = 0.9;

    /// <summary>
    /// The least loaded node: one that stays, is not too busy, and relays the fewest streams for each of its cores. Not by the
    /// load alone, which follows a stream with a delay: a hundred streams that start at once would all go to one node.
    /// </summary>
    /// <param name="nodes">What is known of the nodes that can be chosen; null where nothing is, which counts as an empty node.</param>
    /// <param name="placed">How many streams were given to each since it reported.</param>
    /// <returns>An index into <paramref name="nodes"/>.</returns>
    public static int MostRoom(IReadOnlyList<NodeReport?> nodes, IReadOnlyList<int> placed)
    {
        var (best, leastBusy) = (0, nodes.Min(node => node?.CpuShare ?? 0));
        for (var i = 1; i < nodes.Count; i++)
        {
            if (Rank(nodes[i], placed[i], leastBusy).CompareTo(Rank(nodes[best], placed[best], leastBusy)) < 0)
                best = i;
        }
        return best;
    }

    /// <summary>The lower the better, the first that differs decides.</summary>
    private static (bool Draining, bool Full, double RelaysPerCore, double Cpu) Rank(NodeReport? node, int placed, double leastBusy) => node is null
        ? (false, false, placed, 0)
        : (node.Draining, node.CpuShare > Math.Max(BusyCpu, leastBusy + MuchLess) || node.MemoryShare > FullMemory, (node.Relays + placed) / (double)Math.Max(1, node.Cores), node.CpuShare);
}
