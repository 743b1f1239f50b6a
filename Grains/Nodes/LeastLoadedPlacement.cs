using Orleans.Placement;

namespace AudioOrleans.Grains.Nodes;

/// <summary>Activations go to the least loaded node, see <see cref="NodeChoice"/>, and stay there until it drains.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class LeastLoadedPlacementAttribute() : PlacementAttribute(new LeastLoadedPlacement());

/// <summary>The strategy of <see cref="LeastLoadedPlacementAttribute"/>.</summary>
[GenerateSerializer, Immutable, Alias("audio.nodes.most-room")]
public sealed class LeastLoadedPlacement : PlacementStrategy;
