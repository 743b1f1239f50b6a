using System.Net;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using Microsoft.AspNetCore.Authentication;

namespace AudioOrleans.Gateway.Metrics;

/// <summary>The metrics of this process, for Prometheus and compatible collectors.</summary>
public static class MetricsApi
{
    /// <summary>Headers that proxies add: a connection from this machine with one of them forwards somebody else's request.</summary>
    private static readonly string[] ProxyHeaders =
        ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-For", "X-Original-Proto", "X-Real-IP"];

    /// <summary>Adds the route; it has no base path.</summary>
    /// <param name="app">The gateway.</param>
    /// <param name="exporter">Writes the metrics for authorized callers.</param>
    public static void MapMetrics(this WebApplication app, RequestDelegate exporter)
    {
        app.MapGet("/metrics", (Delegate)((HttpContext context) => GetAsync(context, exporter))).WithName("metrics.get").WithTags("Admin").WithMetadata(new TakesCredentials())
            .WithSummary("The metrics of this process in the Prometheus text format 0.0.4. For admins; connections from this machine without proxy headers need no token.")
            .Produces<string>(StatusCodes.Status200OK, "text/plain")
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).WithoutLimit();
    }

    private static async Task GetAsync(HttpContext context, RequestDelegate exporter)
    {
        if (context.User.HasScope(Scopes.Admin) || IsFromThisMachine(context))
            await exporter(context);
        else if (context.User.Identity is { IsAuthenticated: true })
            await ProblemJson.MissingScope(Scopes.Admin).ExecuteAsync(context);
        else
            await context.ChallengeAsync();
    }

    private static bool IsFromThisMachine(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
        && !ProxyHeaders.Any(context.Request.Headers.ContainsKey);
}
