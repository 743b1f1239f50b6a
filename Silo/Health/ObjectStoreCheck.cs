using AudioOrleans.RelayHost.Objects;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AudioOrleans.Silo.Health;

/// <summary>Checks that the object store is usable.</summary>
public sealed class ObjectStoreCheck(IObjectStore objects) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await objects.CheckAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (ObjectStoreUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy("The object store cannot be used", exception);
        }
    }
}
