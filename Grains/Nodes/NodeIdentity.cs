namespace AudioOrleans.Grains.Nodes;

/// <summary>This node, as the other nodes of its cluster see it.</summary>
/// <param name="Address">Where it serves its relays to them; null if there are none.</param>
public sealed record NodeIdentity(Uri? Address);
