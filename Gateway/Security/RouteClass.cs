using Microsoft.AspNetCore.RateLimiting;

namespace AudioOrleans.Gateway.Security;

/// <summary>The class of a request, for rate limits.</summary>
public enum RouteClass
{
    /// <summary>Registering and logging in: exposed to password guessing, and a fifth of a second of hashing each.</summary>
    Credentials,

    /// <summary>Requests that may change something.</summary>
    Writes,

    /// <summary>Read-only requests.</summary>
    Reads,
}

/// <summary>The only place that determines the class of a request: by its endpoint, otherwise by its method.</summary>
public static class RouteClasses
{
    private static readonly PathString Api = "/v1";

    /// <summary>Counts the requests of these routes in the given class.</summary>
    public static TBuilder LimitAs<TBuilder>(this TBuilder routes, RouteClass routeClass) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new Marked(routeClass));

    /// <summary>
    /// Exempts these routes from limits. For media, which is served from memory: a response is cheaper than counting. And for health, whose
    /// probes must never be delayed.
    /// </summary>
    public static TBuilder WithoutLimit<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new DisableRateLimitingAttribute());

    /// <summary>The class; null for uncounted requests.</summary>
    internal static RouteClass? From(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Marked>() is { } marked)
            return marked.RouteClass;
        var method = context.Request.Method;
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method))
            return RouteClass.Writes;
        // Outside of the API there are only health, public keys and unknown paths.
        return context.Request.Path.StartsWithSegments(Api) ? RouteClass.Reads : null;
    }

    private sealed record Marked(RouteClass RouteClass);
}
