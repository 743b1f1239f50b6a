namespace AudioOrleans.Grains.Nodes;

/// <summary>This node, as the others of its cluster know it.</summary>
/// <param name="Address">Where it serves its relays to them; null when there are no others.</param>
public sealed record NodeIdentity(Uri? Address);
