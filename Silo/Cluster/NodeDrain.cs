using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Relays;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Cluster;

/// <summary>
/// Before a node stops, and while everything on it still works, its streams move to other nodes: each relay ends with a last complete
/// segment, and its stream's grain migrates and starts the next one.
/// </summary>
public sealed class NodeDrain(NodeAgent agent, NodeLoads loads, IGrainFactory grains, RelayDirectory relays, AudioClusterOptions options, TimeProvider time, ILogger<NodeDrain> logger)
    : IHostedLifecycleService
{
    private const int AtOnce = 16;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Hands over all streams, or as many as the timeout allows.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(options.DrainTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await agent.DrainAsync(both.Token);
            var count = relays.Count;
            // Another node may have just placed a stream here: repeat until there are none.
            while (relays.StreamIds is { Count: > 0 } left)
            {
                // Checked each time: the other nodes may start to drain as well.
                if (loads.Nodes.Values.All(node => node.Draining))
                {
                    logger.LogWarning("No other node can take {Count} streams; they continue when another node joins", left.Count);
                    return;
                }
                await Parallel.ForEachAsync(left, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = both.Token }, LeaveAsync);
                await Task.Delay(Pause, time, both.Token);
            }
            logger.LogInformation("{Count} streams were handed over to other nodes in {Seconds:0.0} s", count, time.GetElapsedTime(started).TotalSeconds);
        }
        catch (OperationCanceledException)
        {
            logger.LogWarning("{Count} streams could not be handed over in time; other nodes start them when this one is gone", relays.Count);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async ValueTask LeaveAsync(Guid streamId, CancellationToken cancellationToken)
    {
        try
        {
            var stream = grains.GetGrain<IStreamRelayGrain>(GrainKeys.Stream(streamId));
            await stream.Leave().WaitAsync(cancellationToken);
            // Queued in the grain until it has migrated: then the next relay is running.
            await stream.EnsureRelaying().WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // A problem with one stream must not prevent the others from moving.
            logger.LogWarning(exception, "Stream {StreamId} could not be handed over; trying again", streamId);
        }
    }
}
