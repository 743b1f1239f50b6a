using AudioOrleans.Grains.Interfaces.Nodes;

namespace AudioOrleans.Grains.Nodes;

/// <summary>The nodes that were known last. Kept in the default storage.</summary>
[GenerateSerializer, Immutable, Alias("audio.nodes.directory-state")]
public sealed record NodeDirectoryState
{
    /// <summary>Each node's report, as it was when a node came, went or began to drain.</summary>
    [Id(0)] public ImmutableArray<NodeReport> Nodes { get; init; } = [];
}
