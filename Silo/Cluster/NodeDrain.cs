using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Relays;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Cluster;

/// <summary>
/// Before a node stops, and while all of it still works, its streams go to other nodes: each relay ends with a last whole segment, and
/// its stream's grain moves and starts the next one.
/// </summary>
public sealed class NodeDrain(NodeAgent agent, NodeLoads loads, IGrainFactory grains, RelayDirectory relays, AudioClusterOptions options, TimeProvider time, ILogger<NodeDrain> logger)
    : IHostedLifecycleService
{
    private const int AtOnce = 16;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    /// <summary>Gives all streams away, or as many as the time allows.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        using var timeout = new CancellationTokenSource(options.DrainTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await agent.DrainAsync(both.Token);
            var count = relays.Count;
            // Another node may have placed one here a moment ago: until there are none.
            while (relays.StreamIds is { Count: > 0 } left)
            {
                // Asked each time: the others may be told to stop as well.
                if (loads.Nodes.Values.All(node => node.Draining))
                {
                    logger.LogWarning("No other node is there to take {Count} streams; they are back when one is", left.Count);
                    return;
                }
                await Parallel.ForEachAsync(left, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = both.Token }, LeaveAsync);
                await Task.Delay(Pause, time, both.Token);
            }
            logger.LogInformation("{Count} streams were given to other nodes in {Seconds:0.0} s", count, time.GetElapsedTime(started).TotalSeconds);
        }
        catch (OperationCanceledException)
        {
            logger.LogWarning("{Count} streams could not be given away in time; other nodes start them when this one is gone", relays.Count);
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
            // Waits in its queue until it has moved: then the next relay runs.
            await stream.EnsureRelaying().WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever is wrong with one stream, the others are to be given away.
            logger.LogWarning(exception, "Stream {StreamId} could not be given away; trying again", streamId);
        }
    }
}
