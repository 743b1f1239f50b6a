using Microsoft.AspNetCore.RateLimiting;

namespace AudioOrleans.Gateway.Security;

/// <summary>What kind of request it is, as far as limits go.</summary>
public enum RouteClass
{
    /// <summary>Registering and logging in: guesses at passwords, and a fifth of a second of hashing each.</summary>
    Credentials,

    /// <summary>What changes something.</summary>
    Writes,

    /// <summary>What only looks.</summary>
    Reads,
}

/// <summary>Decides the class of a request, here and nowhere else: what its endpoint says, otherwise by its method.</summary>
public static class RouteClasses
{
    private static readonly PathString Api = "/v1";

    /// <summary>Counts the requests of these routes in a class of their own choice.</summary>
    public static TBuilder LimitAs<TBuilder>(this TBuilder routes, RouteClass routeClass) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new Marked(routeClass));

    /// <summary>
    /// Lets these routes answer whoever asks, as often as they ask. For media, which is served from memory: answering is cheaper
    /// than counting. And for health, whose askers must not be told to wait.
    /// </summary>
    public static TBuilder WithoutLimit<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder =>
        routes.WithMetadata(new DisableRateLimitingAttribute());

    /// <summary>The class; null where nothing is counted.</summary>
    internal static RouteClass? From(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<Marked>() is { } marked)
            return marked.RouteClass;
        var method = context.Request.Method;
        if (!HttpMethods.IsGet(method) && !HttpMethods.IsHead(method) && !HttpMethods.IsOptions(method))
            return RouteClass.Writes;
        // What lies outside is health, public keys and what is not there.
        return context.Request.Path.StartsWithSegments(Api) ? RouteClass.Reads : null;
    }

    private sealed record Marked(RouteClass RouteClass);
}
