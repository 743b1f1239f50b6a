using Audio.Orleans.Contracts.Nodes;

namespace Audio.Orleans.Grains.Nodes;

/// <summary>Keeps nothing: when its own node dies it starts empty elsewhere and knows all again a second later.</summary>
[GrainType("node-directory")]
public sealed class NodeDirectoryGrain(TimeProvider time) : Grain, INodeDirectoryGrain
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, (NodeReport Report, DateTimeOffset At)> _nodes = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Task<ImmutableArray<NodeReport>> Report(NodeReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        // By name: one that was started again takes the place of what it was.
        _nodes[report.Name] = (report, time.GetUtcNow());
        return List();
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<NodeReport>> List()
    {
        var now = time.GetUtcNow();
        foreach (var gone in _nodes.Where(node => now - node.Value.At > Lease).Select(node => node.Key).ToArray())
            _nodes.Remove(gone);
        return Task.FromResult<ImmutableArray<NodeReport>>([.. _nodes.Values.Select(node => node.Report).OrderBy(report => report.Name, StringComparer.Ordinal)]);
    }
}
