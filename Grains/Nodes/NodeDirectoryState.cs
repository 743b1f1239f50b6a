using AudioOrleans.Grains.Interfaces.Nodes;

namespace AudioOrleans.Grains.Nodes;

/// <summary>The last known nodes. Kept in the default storage.</summary>
[GenerateSerializer, Immutable, Alias("audio.nodes.directory-state")]
public sealed record NodeDirectoryState
{
    /// <summary>Each node's report, as of the last time that a node joined, left or started to drain.</summary>
    [Id(0)] public ImmutableArray<NodeReport> Nodes { get; init; } = [];
}
