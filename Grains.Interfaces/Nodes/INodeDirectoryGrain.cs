namespace AudioOrleans.Grains.Interfaces.Nodes;

/// <summary>The nodes of the cluster and how busy they are. Key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.nodes.INodeDirectoryGrain")]
public interface INodeDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Takes a node's report. A node that does not report for five seconds is forgotten.</summary>
    /// <returns>All nodes that are known, by name.</returns>
    [Alias("Report")]
    Task<ImmutableArray<NodeReport>> Report(NodeReport report);

    /// <summary>All nodes that reported lately, by name.</summary>
    [AlwaysInterleave, Alias("List")]
    Task<ImmutableArray<NodeReport>> List();
}
