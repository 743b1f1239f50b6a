using Orleans.Placement;

namespace Audio.Orleans.Grains.Nodes;

/// <summary>Activations go to the node with the most room, see <see cref="NodeChoice"/>, and stay there until it drains.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MostRoomPlacementAttribute() : PlacementAttribute(new MostRoomPlacement());

/// <summary>The strategy of <see cref="MostRoomPlacementAttribute"/>.</summary>
[GenerateSerializer, Immutable, Alias("audio.nodes.most-room")]
public sealed class MostRoomPlacement : PlacementStrategy;
