using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Nodes;
using AudioOrleans.Grains.Nodes;
using AudioOrleans.RelayHost.Relays;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Cluster;

/// <summary>Reports this node's load to the directory once a second, and receives the other nodes' reports.</summary>
public sealed class NodeAgent(
    IGrainFactory grains, ILocalSiloDetails silo, NodeIdentity identity, RelayDirectory relays, NodeLoads loads, TimeProvider time, ILogger<NodeAgent> logger) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly NodeMeter _meter = new();
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private volatile bool _draining;

    /// <summary>Reports from now on that this node is draining.</summary>
    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _draining = true;
        loads.Drain(silo.SiloAddress.ToParsableString());
        await ReportAsync(cancellationToken);
    }

    /// <summary>Reports until the host stops.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
            await ReportAsync(stoppingToken);
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ReportAsync(CancellationToken cancellationToken)
    {
        var report = new NodeReport(
            silo.Name, silo.SiloAddress.ToParsableString(), identity.Address, relays.Count, Environment.ProcessorCount,
            Math.Round(_meter.CpuShare(), 3), Math.Round(NodeMeter.MemoryShare(), 3), _draining, _startedAt);
        try
        {
            var before = loads.Nodes;
            var nodes = await grains.GetGrain<INodeDirectoryGrain>(GrainKeys.Shared).Report(report).WaitAsync(cancellationToken);
            loads.Replace(nodes);
            foreach (var node in nodes.Where(node => !before.ContainsKey(node.Silo)))
                Welcome(node);
            // Not with the first missing report: the directory loses all entries when its own node dies.
            foreach (var gone in loads.Nodes.Values.Where(node => node.Draining && nodes.All(named => named.Silo != node.Silo) && before.GetValueOrDefault(node.Silo) is { Draining: false }))
                logger.LogWarning("Node {Node} is gone; it had {Relays} relays", gone.Name, gone.Relays);
        }
        catch (Exception exception) when (exception.IsFailedCall() && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "This node could not send its report; its data about the other nodes is getting old");
        }
    }

    private void Welcome(NodeReport node)
    {
        if (node.Address is null)
            logger.LogInformation("Node {Node} has joined, with {Relays} relays", node.Name, node.Relays);
        else
            logger.LogInformation("Node {Node} has joined, at {Address}, with {Relays} relays", node.Name, node.Address, node.Relays);
    }
}
