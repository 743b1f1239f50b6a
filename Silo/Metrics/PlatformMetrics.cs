using System.Net.Http.Headers;
using AudioOrleans.RelayHost.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;

namespace AudioOrleans.Silo.Metrics;

/// <summary>The metrics of a process, collected by OpenTelemetry, for Prometheus and compatible systems.</summary>
public static class PlatformMetrics
{
    /// <summary>The path of the metrics.</summary>
    public const string Path = "/metrics";

    /// <summary>Our own meter; each part of the platform has a meter with this name.</summary>
    internal const string Own = "Audio.Orleans";

    /// <summary>The meter of Orleans.</summary>
    internal const string Orleans = "Microsoft.Orleans";

    /// <summary>The meter of HTTP requests.</summary>
    internal const string Hosting = "Microsoft.AspNetCore.Hosting";

    /// <summary>The meter of HTTP connections.</summary>
    internal const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";

    /// <summary>The meter of .NET: memory, processor time, garbage collection, threads.</summary>
    internal const string Runtime = "System.Runtime";

    /// <summary>Adds the collection of metrics, from the start of the host.</summary>
    public static IServiceCollection AddPlatformMetrics(this IServiceCollection services)
    {
        services.AddOpenTelemetry().WithMetrics(metrics => metrics
            .AddMeter(Own, Orleans, Hosting, Kestrel, Runtime)
            .AddView(MetricViews.For)
            .AddPrometheusExporter(exporter =>
            {
                // Only the labels of the instruments, without those that name their library.
                exporter.ScopeInfoEnabled = false;
                exporter.TargetInfoEnabled = false;
            }));
        return services;
    }

    /// <summary>Builds the handler that returns all metrics of this process. The caller that maps it decides on access.</summary>
    public static RequestDelegate BuildMetricsExporter(this IApplicationBuilder app)
    {
        var exporter = app.New();
        exporter.UseOpenTelemetryPrometheusScrapingEndpoint(_ => true);
        return exporter.Build();
    }
}

/// <summary>A silo's metrics on its node port. It has no accounts: the cluster's secret as a bearer token grants access.</summary>
internal sealed class NodeMetrics(string secret, RequestDelegate exporter)
{
    private const string Scheme = "Bearer";

    /// <summary>Handles a request.</summary>
    public Task HandleAsync(HttpContext context)
    {
        if (AuthenticationHeaderValue.TryParse(context.Request.Headers.Authorization, out var sent)
            && sent.Scheme.Equals(Scheme, StringComparison.OrdinalIgnoreCase) && NodeProtocol.IsSecret(sent.Parameter, secret))
        {
            return exporter(context);
        }
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = Scheme;
        return Task.CompletedTask;
    }
}
