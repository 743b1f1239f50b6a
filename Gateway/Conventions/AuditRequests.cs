using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Grains.Interfaces.Audit;

namespace AudioOrleans.Gateway.Conventions;

/// <summary>
/// Tells the grains who asks for what, by way of the request's context; what they then write stands in the audit trail. Reading
/// changes nothing and is not told.
/// </summary>
public static class AuditRequests
{
    /// <summary>Adds the step; it needs the endpoint and the user.</summary>
    public static WebApplication UseAudit(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            Describe(context);
            // What is set here reaches what the request calls, and ends with it.
            await next(context);
        });
        return app;
    }

    /// <summary>Keeps a route out of the trail: what is no act of a person, such as a heartbeat.</summary>
    public static TBuilder WithoutAudit<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new IsNotAudited());

    /// <summary>Puts a GET into the trail: one that a browser was sent to, and that is an act of a person all the same.</summary>
    public static TBuilder WithAudit<TBuilder>(this TBuilder route) where TBuilder : IEndpointConventionBuilder => route.WithMetadata(new IsAudited());

    /// <summary>Whether a request may change something: by its method (RFC 9110, section 9.2.1), or since its route says so.</summary>
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
