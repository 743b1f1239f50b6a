namespace AudioOrleans.Grains.Interfaces.Nodes;

/// <summary>The nodes of the cluster and how busy they are. Key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.nodes.INodeDirectoryGrain")]
public interface INodeDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Records a node's report. A node that does not report for five seconds is removed.</summary>
    /// <returns>All known nodes, ordered by name.</returns>
    [Alias("Report")]
    Task<ImmutableArray<NodeReport>> Report(NodeReport report);

    /// <summary>All nodes that reported recently, ordered by name.</summary>
    [AlwaysInterleave, Alias("List")]
    Task<ImmutableArray<NodeReport>> List();
}

/// <summary>A node and how busy it is; each node reports about once a second.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Silo">Its silo's address in Orleans' form, which changes with each start.</param>
/// <param name="Address">Where it serves its relays to other nodes; null if there are none.</param>
/// <param name="Relays">How many streams it relays.</param>
/// <param name="Cores">How many cores it has.</param>
/// <param name="CpuShare">How busy they are, 0 to 1.</param>
/// <param name="MemoryShare">How much of the memory is in use, 0 to 1.</param>
/// <param name="Draining">Whether it is handing over its streams because it is about to stop.</param>
/// <param name="StartedAt">When it started, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.nodes.report")]
public sealed record NodeReport(
    [property: Id(0)] string Name,
    [property: Id(1)] string Silo,
    [property: Id(2)] Uri? Address,
    [property: Id(3)] int Relays,
    [property: Id(4)] int Cores,
    [property: Id(5)] double CpuShare,
    [property: Id(6)] double MemoryShare,
    [property: Id(7)] bool Draining,
    [property: Id(8)] DateTimeOffset StartedAt);
