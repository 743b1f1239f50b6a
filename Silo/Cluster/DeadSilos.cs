using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Cluster;

/// <summary>
/// When a silo dies, its streams are inactive until somebody calls them. The remaining silos wake them immediately, each its share:
/// which streams they were need not be stored, since waking a running one costs almost nothing.
/// </summary>
public sealed class DeadSilos(ISiloStatusOracle silos, RelayResumer resumer, TimeProvider time, ILogger<DeadSilos> logger) : IHostedService, ISiloStatusListener
{
    /// <summary>When several silos join and leave at once, the remaining ones may briefly have different views: by then they agree.</summary>
    private static readonly TimeSpan SecondLook = TimeSpan.FromSeconds(5);

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
        WakeShare(updatedSilo);
        _ = WakeAgainAsync(updatedSilo);
    }

    private async Task WakeAgainAsync(SiloAddress dead)
    {
        await Task.Delay(SecondLook, time, CancellationToken.None);
        WakeShare(dead);
    }

    private void WakeShare(SiloAddress dead)
    {
        var share = resumer.WakeShareOfThisSilo();
        logger.LogWarning("Silo {Silo} is dead; waking streams, share {Number} of {Count}", dead, share.Index + 1, share.Count);
    }
}
