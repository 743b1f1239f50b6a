using AudioOrleans.Configuration;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace AudioOrleans.Gateway.Security;

/// <summary>The other origins whose pages may call the API; settings <c>Cors__Origins__0</c>, …</summary>
public sealed record CrossOriginOptions
{
    /// <summary>Allows every origin.</summary>
    public const string Any = "*";

    private const string Expected = "an origin as browsers send it, such as https://radio.example.org or http://localhost:3000, or * alone";

    /// <summary>Origins, or <see cref="Any"/> alone; none by default.</summary>
    public ImmutableArray<string> Origins { get; init; } = [];

    /// <summary>Reads the settings.</summary>
    /// <exception cref="OptionsValidationException">One is not an origin; the message names it.</exception>
    public static CrossOriginOptions Read(IConfiguration configuration)
    {
        var settings = SettingLists.Items(configuration, "Cors:Origins");
        return new CrossOriginOptions
        {
            Origins = [.. settings.Select(setting => setting.Value == Any && settings.Count == 1 || IsOrigin(setting.Value) ? setting.Value! : throw WrongSetting.Create(setting, Expected))],
        };
    }

    // Browsers send origins in one form only, and they are compared as text: any other form would never match.
    private static bool IsOrigin(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.UserInfo.Length == 0 && text == $"{uri.Scheme}://{(uri.HostNameType == UriHostNameType.IPv6 ? uri.Host : uri.IdnHost)}{(uri.IsDefaultPort ? "" : $":{uri.Port}")}";
}

/// <summary>Which pages may read responses (WHATWG Fetch, section 3.3). Never with cookies: the only cookie belongs to sign-in.</summary>
public static class CrossOrigin
{
    private const string AnyOrigin = "any origin";

    private static readonly string[] ExposedByMedia =
        ["icy-name", "icy-genre", "icy-description", "icy-url", "icy-br", "icy-pub", "icy-metaint", "Content-Range", "ETag", "Retry-After", "X-Request-Id"];

    private static readonly StringValues ExposedByMediaHeader = string.Join(',', ExposedByMedia);
    private static readonly TimeSpan PreflightAge = TimeSpan.FromHours(1);
    private static readonly StringValues AnyHeader = CrossOriginOptions.Any;

    /// <summary>Adds the API's policy, if origins are configured, and the policy for media.</summary>
    public static IServiceCollection AddCrossOrigin(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions(configuration, CrossOriginOptions.Read);
        services.AddOptions<CorsOptions>().Configure<CrossOriginOptions>((cors, options) =>
        {
            var origins = options.Origins;
            cors.AddPolicy(AnyOrigin, policy => policy.AllowAnyOrigin().WithMethods(HttpMethods.Get, HttpMethods.Head).AllowAnyHeader()
                .WithExposedHeaders(ExposedByMedia).SetPreflightMaxAge(PreflightAge));
            if (origins.IsEmpty)
                return;
            cors.AddDefaultPolicy(policy => policy.WithOrigins([.. origins])
                .WithMethods(HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete)
                .WithHeaders([
                    "Authorization", "X-Api-Key", "Content-Type", "Idempotency-Key", "If-Match", "If-None-Match", "X-Request-Id", "X-HTTP-Method-Override",
                    "Tus-Resumable", "Upload-Length", "Upload-Offset", "Upload-Metadata", "Upload-Checksum", "Upload-Concat", "Upload-Defer-Length"])
                .WithExposedHeaders([
                    "ETag", "Location", "Retry-After", "X-Request-Id", "Idempotency-Replayed",
                    "Tus-Resumable", "Tus-Version", "Tus-Extension", "Tus-Max-Size", "Tus-Checksum-Algorithm", "Upload-Offset", "Upload-Length", "Upload-Metadata", "Upload-Expires", "Upload-Concat", "Upload-Defer-Length"]).SetPreflightMaxAge(PreflightAge));
        });
        return services.AddCors();
    }

    /// <summary>
    /// Answers preflights and adds the CORS headers, after routing and before all middleware that refuses requests: pages must be able to read
    /// refusals too.
    /// </summary>
    public static WebApplication UseCrossOrigin(this WebApplication app)
    {
        app.UseCors();
        // The middleware adds the header only for requests with an origin. A shared cache sends the response to others as well.
        app.Use(next => context =>
        {
            if (context.Request.Headers.Origin.Count == 0 && AllowsAnyOrigin(context))
            {
                context.Response.OnStarting(static state =>
                {
                    AllowAnyOrigin((HttpContext)state);
                    return Task.CompletedTask;
                }, context);
            }
            return next(context);
        });
        return app;
    }

    /// <summary>For routes that players on any page fetch.</summary>
    public static TBuilder AllowAnyOrigin<TBuilder>(this TBuilder routes) where TBuilder : IEndpointConventionBuilder => routes.RequireCors(AnyOrigin);

    /// <summary>Adds the headers of the policy for media, for responses before the CORS middleware.</summary>
    internal static void AddToMedia(HttpContext context)
    {
        AllowAnyOrigin(context);
        if (context.Request.Headers.Origin.Count > 0)
            context.Response.Headers.AccessControlExposeHeaders = ExposedByMediaHeader;
    }

    private static void AllowAnyOrigin(HttpContext context) => context.Response.Headers.AccessControlAllowOrigin = AnyHeader;

    /// <summary>Whether the endpoint is for players on any page.</summary>
    internal static bool AllowsAnyOrigin(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<IEnableCorsAttribute>()?.PolicyName == AnyOrigin;
}
