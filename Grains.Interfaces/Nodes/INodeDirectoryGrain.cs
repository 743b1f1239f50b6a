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
