using AudioOrleans.Grains.Interfaces.Nodes;
using Orleans.Placement;

namespace AudioOrleans.Grains.Nodes;

/// <summary>Places activations on the least loaded node, see <see cref="NodeChoice"/>; they stay there until it drains.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class LeastLoadedPlacementAttribute() : PlacementAttribute(new LeastLoadedPlacement());

/// <summary>The strategy of <see cref="LeastLoadedPlacementAttribute"/>.</summary>
[GenerateSerializer, Immutable, Alias("audio.nodes.most-room")]
public sealed class LeastLoadedPlacement : PlacementStrategy;

/// <summary>This node, as the other nodes of its cluster see it.</summary>
/// <param name="Address">Where it serves its relays to them; null if there are none.</param>
public sealed record NodeIdentity(Uri? Address);

/// <summary>Chooses the node for the next stream.</summary>
public static class NodeChoice
{
    /// <summary>A node this busy is chosen only if all are.</summary>
    private const double BusyCpu = 0.85;

    /// <summary>And only if another is less busy by this margin: among equally busy nodes, one would get all streams.</summary>
    private const double MuchLess = 0.2;

    private const double FullMemory = 0.9;

    /// <summary>
    /// The least loaded node: not draining, not too busy, and with the fewest streams per core. CPU load alone follows a stream with a
    /// delay: a hundred streams that start at once would all go to one node.
    /// </summary>
    /// <param name="nodes">The reports of the candidate nodes; null if unknown, which counts as an empty node.</param>
    /// <param name="placed">How many streams were placed on each since its report.</param>
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

    /// <summary>Lower is better; the first difference decides.</summary>
    private static (bool Draining, bool Full, double RelaysPerCore, double Cpu) Rank(NodeReport? node, int placed, double leastBusy) => node is null
        ? (false, false, placed, 0)
        : (node.Draining, node.CpuShare > Math.Max(BusyCpu, leastBusy + MuchLess) || node.MemoryShare > FullMemory, (node.Relays + placed) / (double)Math.Max(1, node.Cores), node.CpuShare);
}
