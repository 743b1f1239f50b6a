using Orleans.Placement;

namespace AudioOrleans.Grains.Nodes;

/// <summary>Places activations on the least loaded node, see <see cref="NodeChoice"/>; they stay there until it drains.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class LeastLoadedPlacementAttribute() : PlacementAttribute(new LeastLoadedPlacement());

/// <summary>The strategy of <see cref="LeastLoadedPlacementAttribute"/>.</summary>
[GenerateSerializer, Immutable, Alias("audio.nodes.most-room")]
public sealed class LeastLoadedPlacement : PlacementStrategy;
