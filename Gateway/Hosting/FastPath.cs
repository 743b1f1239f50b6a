using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Security;
using Microsoft.AspNetCore.Http.Features;

namespace AudioOrleans.Gateway.Hosting;

/// <summary>
/// Serves what players and podcast apps fetch continuously before authentication, limits and metrics: an endpoint with a fast path is asked first,
/// and serves public content from memory by its usual rules and code, or declines.
/// </summary>
/// <remarks>An endpoint with <c>ShortCircuit()</c> cannot decline: a private stream, or a request with a token, would not reach authentication.</remarks>
public static class FastPath
{
    /// <summary>Adds the fast path of an endpoint, for GET requests without credentials.</summary>
    /// <param name="route">The endpoint.</param>
    /// <param name="tryServe">Serves the response; null when the request must go through the whole pipeline.</param>
    public static RouteHandlerBuilder WithFastPath(this RouteHandlerBuilder route, Func<HttpContext, Task?> tryServe) => route.WithMetadata(new Handler(tryServe));

    /// <summary>Asks the fast paths of endpoints before the middleware that follows.</summary>
    public static WebApplication UseFastPaths(this WebApplication app)
    {
        app.Use(next => context => TryServe(context) ?? next(context));
        return app;
    }

    /// <summary>Adds the headers that the skipped middleware would have added, except <c>Referrer-Policy</c>, which has no effect on media.</summary>
    public static void Prepare(HttpContext context)
    {
        // Metrics would cost a tenth of the response time.
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
            metrics.MetricsDisabled = true;
        RequestIds.Take(context);
        RequestIds.Answer(context);
        CrossOrigin.AddToMedia(context);
        SecurityHeaders.AddToMedia(context);
        SecurityHeaders.AddStrictTransport(context);
    }

    private static Task? TryServe(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<Handler>() is { } handler && HttpMethods.IsGet(context.Request.Method) && !CallerAuthentication.HasCredentials(context.Request)
            ? handler.TryServe(context)
            : null;

    private sealed record Handler(Func<HttpContext, Task?> TryServe);
}
