using Audio.Orleans.Gateway.Defence;
using Audio.Orleans.Gateway.Hosting;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Audio.Orleans.Gateway.Health;

/// <summary>Health for people (<c>/v1/health</c>) and for orchestrators (<c>/healthz</c>, <c>/readyz</c>).</summary>
public static class HealthApi
{
    /// <summary>Adds the routes.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/v1/health", () => TypedResults.Ok(new HealthAnswer("ok"))).WithName("health.get").WithTags("Health").WithSummary("Whether the platform answers.").WithoutLimit();
        // Liveness is local: a database that is down must not get the process killed.
        app.MapHealthChecks("/healthz", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        app.MapHealthChecks("/readyz", new HealthCheckOptions { ResponseWriter = WriteAsync });
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new
        {
            Status = report.Status == HealthStatus.Healthy ? "ok" : "unavailable",
            Dependencies = report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Status == HealthStatus.Healthy ? "ok" : "unavailable"),
        },
        Json.Options);
}

/// <summary>The answer to <c>GET /v1/health</c>.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
public sealed record HealthAnswer(string Status);
