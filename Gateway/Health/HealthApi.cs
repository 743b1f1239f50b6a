using AudioOrleans.Gateway.Security;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AudioOrleans.Gateway.Health;

/// <summary>Health for people (<c>/v1/health</c>) and for orchestrators (<c>/healthz</c>, <c>/readyz</c>).</summary>
public static class HealthApi
{
    /// <summary>Adds the routes.</summary>
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/v1/health", () => TypedResults.Ok(new HealthResponse("ok"))).WithName("health.get").WithTags("Health").WithSummary("Checks whether the platform responds.").WithoutLimit();
        // Liveness is local: an unavailable database must not get the process killed.
        app.MapGet("/healthz", (HealthCheckService health, HttpContext context) => CheckAsync(health, _ => false, context))
            .WithName("health.get_liveness").WithSummary("Checks whether the process is alive.").Describe();
        app.MapGet("/readyz", (HealthCheckService health, HttpContext context) => CheckAsync(health, null, context))
            .WithName("health.get_readiness").WithSummary("Checks whether the platform is ready, with the state of each dependency.").Describe()
            .Produces<ReadinessResponse>(StatusCodes.Status503ServiceUnavailable);
    }

    private static RouteHandlerBuilder Describe(this RouteHandlerBuilder route) => route.WithTags("Health").WithoutLimit().Produces<ReadinessResponse>();

    private static async Task<IResult> CheckAsync(HealthCheckService health, Func<HealthCheckRegistration, bool>? which, HttpContext context)
    {
        var report = await health.CheckHealthAsync(which, context.RequestAborted);
        var answer = new ReadinessResponse(WordOf(report.Status), report.Entries.ToDictionary(entry => entry.Key, entry => WordOf(entry.Value.Status)));
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(answer, statusCode: report.Status == HealthStatus.Healthy ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static string WordOf(HealthStatus status) => status == HealthStatus.Healthy ? "ok" : "unavailable";
}

/// <summary>The response to <c>GET /healthz</c> and <c>GET /readyz</c>.</summary>
/// <param name="Status"><c>ok</c> or <c>unavailable</c>.</param>
/// <param name="Dependencies">The status of each dependency of the platform; empty for liveness.</param>
public sealed record ReadinessResponse(string Status, IReadOnlyDictionary<string, string> Dependencies);

/// <summary>The response to <c>GET /v1/health</c>.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
public sealed record HealthResponse(string Status);
