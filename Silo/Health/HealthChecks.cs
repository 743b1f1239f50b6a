using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Nodes;
using AudioOrleans.Persistence;
using AudioOrleans.RelayHost.Objects;
using Dapper;
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

/// <summary>Checks that ffmpeg can run.</summary>
public sealed class SegmenterCheck : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Task.FromResult(folders.Any(folder => File.Exists(Path.Combine(folder, "ffmpeg")))
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("ffmpeg is not installed. Install the package 'ffmpeg' (apt-get install ffmpeg)."));
    }
}
