using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Domains;
using Microsoft.Extensions.Primitives;

namespace AudioOrleans.Gateway.Security;

/// <summary>Headers that restrict how browsers use a response.</summary>
public static class SecurityHeaders
{
    // Constant header values are created once.
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues SameOrigin = "same-origin";
    private static readonly StringValues AnyOrigin = "cross-origin";
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues OneYear = "max-age=31536000; includeSubDomains";
    private static readonly StringValues ApiPolicy = "default-src 'none'; frame-ancestors 'none'";
    // For the API documentation page and Orleans' dashboard. Their scripts are files; their styles are partly inline, and their images are in the
    // styles.
    private static readonly StringValues DescriptionPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly PathString Descriptions = "/swagger";
    private static readonly PathString Dashboard = "/dashboard";

    /// <summary>Adds the headers to the responses of all middleware that follows.</summary>
    public static WebApplication UseSecurityHeaders(this WebApplication app)
    {
        app.Use(next => context =>
        {
            // When the response starts, because the exception handler begins by clearing the headers.
            context.Response.OnStarting(static state =>
            {
                Add((HttpContext)state);
                return Task.CompletedTask;
            }, context);
            return next(context);
        });
        return app;
    }

    /// <summary>The headers for media: browsers must not guess another media type, and may embed it in any page.</summary>
    internal static void AddToMedia(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = NoSniff;
        headers["Cross-Origin-Resource-Policy"] = AnyOrigin;
    }

    /// <summary>Adds <c>Strict-Transport-Security</c> to a response of the platform's own host by https.</summary>
    internal static void AddStrictTransport(HttpContext context)
    {
        // Browsers observe it on https only (RFC 6797, section 8.1), and it must not be sent otherwise (section 7.2).
        // Not for a custom host: its owner may use it elsewhere later, and has other hosts under the same name.
        if (context.Request.IsHttps && context.Features.Get<CustomAddress>() is null)
            context.Response.Headers.StrictTransportSecurity = OneYear;
    }

    private static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        var isForAnyPage = CrossOrigin.AllowsAnyOrigin(context);
        headers.XContentTypeOptions = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        // It restricts plain embedding only, such as an audio element; readers through CORS are covered by the CORS headers.
        headers["Cross-Origin-Resource-Policy"] = isForAnyPage ? AnyOrigin : SameOrigin;
        // A browser that navigates to audio generates a page around it, which must be allowed to load the audio.
        if (headers.ContentSecurityPolicy.Count == 0 && !(isForAnyPage && context.Response.StatusCode < StatusCodes.Status400BadRequest))
        {
            var path = context.Request.Path;
            headers.ContentSecurityPolicy = path.StartsWithSegments(Descriptions) || path.StartsWithSegments(Dashboard) ? DescriptionPolicy : ApiPolicy;
        }
        AddStrictTransport(context);
        if (headers.CacheControl.Count == 0 && IsSecret(context))
            headers.CacheControl = NoStore;
    }

    /// <summary>Whether the response belongs to one caller, or contains tokens (RFC 6749, section 5.1).</summary>
    private static bool IsSecret(HttpContext context)
    {
        var request = context.Request;
        return CallerAuthentication.HasCredentials(request)
            || RouteClasses.From(context) == RouteClass.Credentials || request.Query.ContainsKey("token");
    }
}
