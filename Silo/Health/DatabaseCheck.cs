using AudioOrleans.Persistence;
using Dapper;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AudioOrleans.Silo.Health;

/// <summary>Checks that the database responds.</summary>
public sealed class DatabaseCheck(AudioDatabase database) : IHealthCheck
{
    /// <inheritdoc/>
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await database.RunAsync(connection => connection.ExecuteScalarAsync<int>(new CommandDefinition("select 1", cancellationToken: cancellationToken)), cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (DatabaseUnavailableException exception)
        {
            return HealthCheckResult.Unhealthy("The database does not answer", exception);
        }
    }
}
