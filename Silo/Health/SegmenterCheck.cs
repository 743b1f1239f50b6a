using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AudioOrleans.Silo.Health;

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
