using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Nodes;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AudioOrleans.Silo.Health;

/// <summary>Checks that a silo responds, for a gateway without a silo of its own.</summary>
public sealed class ClusterCheck(IGrainFactory grains, TimeProvider time) : IHealthCheck
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var nodes = await grains.GetGrain<INodeDirectoryGrain>(GrainKeys.Shared).List().WaitAsync(Timeout, time, cancellationToken);
            return nodes.IsEmpty ? HealthCheckResult.Unhealthy("No silo has reported") : HealthCheckResult.Healthy();
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            return HealthCheckResult.Unhealthy("No silo answers", exception);
        }
    }
}
