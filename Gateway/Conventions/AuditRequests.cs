using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Grains.Interfaces.Audit;

namespace AudioOrleans.Gateway.Conventions;

/// <summary>
/// Passes the caller and the action to grains through the request context, for the audit entries that they write. Reads change nothing and are
/// not recorded.
/// </summary>
public static class AuditRequests
{
    /// <summary>Adds the middleware; it needs the endpoint and the user.</summary>
    public static WebApplication UseAudit(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            Describe(context);
            // The context set here flows to everything that the request calls, and ends with the request.
            await next(context);
        });
        return app;
    }

    /// <summary>Excludes a route from the audit trail because it is not a person's action, such as a heartbeat.</summary>
    public static TBuilder WithoutAudit<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new IsNotAudited());

    /// <summary>Includes a GET in the audit trail: a browser was redirected to it, but it is a person's action all the same.</summary>
    public static TBuilder WithAudit<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new IsAudited());

    /// <summary>Whether a request may change something: by its method (RFC 9110, section 9.2.1), or because its route is marked.</summary>
    internal static bool IsAct(this HttpContext context)
    {
        var method = context.Request.Method;
        return !(HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method)) || context.GetEndpoint()?.Metadata.GetMetadata<IsAudited>() is not null;
    }

    private static void Describe(HttpContext context)
    {
        if (context.GetEndpoint() is not { } endpoint || endpoint.Metadata.GetMetadata<IsNotAudited>() is not null || !context.IsAct())
            return;
        var method = context.Request.Method;
        var userId = context.User.ToCaller().UserId;
        RequestContext.Set(AuditContext.Action, endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? endpoint.DisplayName ?? method);
        RequestContext.Set(AuditContext.ActorKind, KindOf(context.User));
        if (userId is { } id)
            RequestContext.Set(AuditContext.ActorId, id.ToString("D"));
        if (context.Connection.RemoteIpAddress is { } address)
            RequestContext.Set(AuditContext.Address, (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString());
        RequestContext.Set(AuditContext.RequestId, context.TraceIdentifier);
    }

    private static string KindOf(ClaimsPrincipal user)
    {
        if (user.Identity is not { IsAuthenticated: true })
            return ActorKinds.Anonymous;
        if (user.IdOf(Principals.ApiKey) is not null)
            return ActorKinds.ApiKey;
        return user.IdOf(Principals.Subject) is null ? ActorKinds.Operator : ActorKinds.Account;
    }

    private sealed class IsNotAudited;

    private sealed class IsAudited;
}
