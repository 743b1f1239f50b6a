using System.Net.Http.Headers;
using AudioOrleans.RelayHost.Nodes;
using Microsoft.AspNetCore.Http;

namespace AudioOrleans.Silo.Metrics;

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
