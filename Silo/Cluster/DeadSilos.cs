using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Cluster;

/// <summary>
/// When a silo has died its streams are nobody's until somebody calls them. The silos that are left wake them at once, each its part:
/// which they were nobody needs to have kept, since waking one that runs costs next to nothing.
/// </summary>
public sealed class DeadSilos(ISiloStatusOracle silos, RelayResumer resumer, TimeProvider time, ILogger<DeadSilos> logger) : IHostedService, ISiloStatusListener
{
    /// <summary>When several come and go at once the silos that are left may count each other differently: by then they do not.</summary>
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
        logger.LogWarning("Silo {Silo} is dead; waking streams as number {Number} of {Count}", dead, share.Index + 1, share.Count);
    }
}
