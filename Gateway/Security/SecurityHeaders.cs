using Microsoft.Extensions.Primitives;

namespace AudioOrleans.Gateway.Security;

/// <summary>Headers that tell browsers what an answer is not to be used for.</summary>
public static class SecurityHeaders
{
    // Headers that never change are made once.
    private static readonly StringValues NoSniff = "nosniff";
    private static readonly StringValues NoReferrer = "no-referrer";
    private static readonly StringValues SameOrigin = "same-origin";
    private static readonly StringValues AnyOrigin = "cross-origin";
    private static readonly StringValues NoStore = "no-store";
    private static readonly StringValues OneYear = "max-age=31536000; includeSubDomains";
    private static readonly StringValues ApiPolicy = "default-src 'none'; frame-ancestors 'none'";
    // Of the API's description and of Orleans' dashboard. Their scripts are files; their styles stand in the page in part, and their pictures in the styles.
    private static readonly StringValues DescriptionPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly PathString Descriptions = "/swagger";
    private static readonly PathString Dashboard = "/dashboard";

    /// <summary>Adds the headers to each answer from here on.</summary>
    public static WebApplication UseSecurityHeaders(this WebApplication app)
    {
        app.Use(next => context =>
        {
            // At the start of the answer: an exception's answer begins with headers of its own.
            context.Response.OnStarting(static state =>
            {
                Add((HttpContext)state);
                return Task.CompletedTask;
            }, context);
            return next(context);
        });
        return app;
    }

    /// <summary>What media needs: that it is taken for what it says it is.</summary>
    internal static void AddToMedia(HttpContext context) => context.Response.Headers.XContentTypeOptions = NoSniff;

    private static void Add(HttpContext context)
    {
        var headers = context.Response.Headers;
        var isForAnyPage = CrossOrigin.AllowsAnyOrigin(context);
        headers.XContentTypeOptions = NoSniff;
        headers["Referrer-Policy"] = NoReferrer;
        // It binds plain embedding only, such as an audio element's; who reads by CORS is told there.
        headers["Cross-Origin-Resource-Policy"] = isForAnyPage ? AnyOrigin : SameOrigin;
        // A browser that is sent to audio makes a page around it, which must be allowed to load the audio.
        if (headers.ContentSecurityPolicy.Count == 0 && !(isForAnyPage && context.Response.StatusCode < StatusCodes.Status400BadRequest))
        {
            var path = context.Request.Path;
            headers.ContentSecurityPolicy = path.StartsWithSegments(Descriptions) || path.StartsWithSegments(Dashboard) ? DescriptionPolicy : ApiPolicy;
        }
        // Browsers heed it on https only (RFC 6797, section 8.1), and it must not be sent elsewhere (section 7.2).
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = OneYear;
        if (headers.CacheControl.Count == 0 && IsSecret(context))
            headers.CacheControl = NoStore;
    }

    /// <summary>Whether the answer belongs to one caller, or hands out tokens (RFC 6749, section 5.1).</summary>
    private static bool IsSecret(HttpContext context)
    {
        var request = context.Request;
        return request.Headers.Authorization.Count > 0 || request.Headers.ContainsKey("X-Api-Key")
            || RouteClasses.From(context) == RouteClass.Credentials || request.Query.ContainsKey("token");
    }
}
