namespace AudioOrleans.RelayHost.Nodes;

/// <summary>Finds the node that relays a stream.</summary>
public interface IRelayLocator
{
    /// <summary>Looks up the node without a cache: a recent result is useless when a node has just died.</summary>
    Task<RelayLocation> LocateAsync(Guid streamId, CancellationToken cancellationToken);
}

/// <summary>Where a stream is relayed.</summary>
/// <param name="Node">The node's internal address; null while no node relays the stream.</param>
/// <param name="IsOver">Whether no node will relay it: the stream was switched off or deleted.</param>
public sealed record RelayLocation(Uri? Node, bool IsOver)
{
    /// <summary>The stream was switched off or deleted.</summary>
    public static RelayLocation Over { get; } = new(null, true);
}
