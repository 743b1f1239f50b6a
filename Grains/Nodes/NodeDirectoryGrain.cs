using AudioOrleans.Grains.Interfaces.Nodes;
using AudioOrleans.Grains.Storage;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Nodes;

/// <summary>Tracks the nodes by their reports. The list is stored, so that it is available immediately after the grain's own node has died.</summary>
[GrainType("node-directory")]
public sealed class NodeDirectoryGrain(
    [PersistentState("node-directory")] IPersistentState<NodeDirectoryState> stored, TimeProvider time, ILogger<NodeDirectoryGrain> logger) : Grain, INodeDirectoryGrain
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(5);

    private readonly LatestState<NodeDirectoryState> _kept = new(stored, logger);
    private readonly Dictionary<string, (NodeReport Report, DateTimeOffset At)> _nodes = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Nodes that are gone do not report, and are removed like any other.
        foreach (var node in _kept.Value?.Nodes ?? [])
            _nodes[node.Name] = (node, time.GetUtcNow());
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<NodeReport>> Report(NodeReport report)
    {
        // By name: a restarted node replaces its previous entry.
        var before = _nodes.TryGetValue(report.Name, out var known) ? known.Report : null;
        _nodes[report.Name] = (report, time.GetUtcNow());
        if (DropSilent() || before?.Silo != report.Silo || before.Draining != report.Draining)
            _kept.Keep(new NodeDirectoryState { Nodes = Known() });
        return Task.FromResult(Known());
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<NodeReport>> List()
    {
        DropSilent();
        return Task.FromResult(Known());
    }

    private ImmutableArray<NodeReport> Known() => [.. _nodes.Values.Select(node => node.Report).OrderBy(report => report.Name, StringComparer.Ordinal)];

    /// <summary>Removes nodes that have stopped reporting; true if there were any.</summary>
    private bool DropSilent()
    {
        var now = time.GetUtcNow();
        var silent = _nodes.Where(node => now - node.Value.At > Lease).Select(node => node.Key).ToArray();
        foreach (var gone in silent)
            _nodes.Remove(gone);
        return silent.Length > 0;
    }
}

/// <summary>The last known nodes. Kept in the default storage.</summary>
[GenerateSerializer, Immutable, Alias("audio.nodes.directory-state")]
public sealed record NodeDirectoryState
{
    /// <summary>Each node's report, as of the last time that a node joined, left or started to drain.</summary>
    [Id(0)] public ImmutableArray<NodeReport> Nodes { get; init; } = [];
}
