#if ENGINE_ORLEANS
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Audio.Orleans.Silo.Cluster;

/// <summary>
/// When a silo has died its streams are nobody's until somebody calls them. The silos that are left wake them at once, each its part:
/// which they were nobody needs to have kept, since waking one that runs costs next to nothing.
/// </summary>
public sealed class DeadSilos(ISiloStatusOracle silos, RelayResumer resumer, ILogger<DeadSilos> logger) : IHostedService, ISiloStatusListener
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        silos.SubscribeToSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        silos.UnSubscribeFromSiloStatusEvents(this);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status != SiloStatus.Dead)
            return;
        var alive = silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Order().ToList();
        var mine = alive.IndexOf(silos.SiloAddress);
        logger.LogWarning("Silo {Silo} is dead; waking streams as number {Number} of {Count}", updatedSilo, mine + 1, alive.Count);
        if (mine >= 0)
            resumer.Wake(new WakeShare(mine, alive.Count));
    }
}
#endif
