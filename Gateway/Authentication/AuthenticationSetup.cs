using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Billing;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Grains.Interfaces.Tokens;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>Sets up authentication and authorization in the gateway.</summary>
public static class AuthenticationSetup
{
    /// <summary>Adds authentication, a policy for each scope, and the operator's socket in addition to the configured addresses.</summary>
    public static WebApplicationBuilder AddCallers(this WebApplicationBuilder builder, string dataFolder)
    {
        var socket = OperatorSocket.In(dataFolder);
        if (socket.Path is not null)
            builder.AlsoListen($"http://unix:{socket.Path}");
        var services = builder.Services;
        services.AddSingleton(socket);
        services.AddSingleton<VerificationKeys>();
        services.AddSingleton<TokenKeys>().AddHostedService(provider => provider.GetRequiredService<TokenKeys>());
        services.AddSingleton<AccountStatusCache>().AddHostedService(provider => provider.GetRequiredService<AccountStatusCache>());
        services.AddSingleton<Revocation>().AddHostedService(provider => provider.GetRequiredService<Revocation>());
        services.AddSingleton<MediaTokens>();
        services.AddSingleton<ApiKeyUses>();
        services.AddSingleton<EntitlementCache>().AddHostedService(provider => provider.GetRequiredService<EntitlementCache>());
        services.AddSingleton<AccessPolicy>();
        services.AddSingleton<FailedKeys>();
        // The core only: nothing here issues cookies, so no data protection keys need to be created and stored.
        services.AddWebEncoders();
        services.AddTransient<CallerAuthentication>();
        services.AddAuthenticationCore(authentication =>
        {
            authentication.DefaultScheme = CallerAuthentication.SchemeName;
            authentication.AddScheme<CallerAuthentication>(CallerAuthentication.SchemeName, null);
            authentication.AddScheme<JwtBearerHandler>(CallerAuthentication.AccessTokenScheme, null);
        });
        services.AddTransient<JwtBearerHandler>();
        services.AddOptions<JwtBearerOptions>(CallerAuthentication.AccessTokenScheme).Configure<TokenOptions, VerificationKeys, TokenKeys, TimeProvider>((bearer, options, known, keys, time) =>
        {
            bearer.MapInboundClaims = false;
            bearer.SaveToken = false;
            bearer.TokenHandlers.Clear();
            bearer.TokenHandlers.Add(new CachingTokenHandler(known, keys.EnsureKnownAsync));
            bearer.TokenValidationParameters = TokenParameters.Create(TokenParameters.Access, options, known, time);
            bearer.Events = new JwtBearerEvents { OnTokenValidated = RequireStandingAsync };
        });
        var authorization = services.AddAuthorizationBuilder()
            .AddPolicy(Scopes.OwnSession, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => context.User.FindFirst(Principals.ApiKey) is null));
        foreach (var scope in Scopes.All)
            authorization.AddPolicy(scope, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => context.User.HasScope(scope)));
        return builder;
    }

    /// <summary>A token is valid as long as its session is (ADR 13).</summary>
    private static async Task RequireStandingAsync(TokenValidatedContext context)
    {
        var statuses = context.HttpContext.RequestServices.GetRequiredService<AccountStatusCache>();
        if (TokenClaims.Read((JsonWebToken)context.SecurityToken) is not { } claims
            || !await statuses.AllowsAsync(claims.UserId, claims.Role, claims.SessionId, claims.ApiKeyId))
        {
            context.Fail("The session has ended.");
        }
    }

    /// <summary>
    /// Refuses invalid credentials on public routes too: a tool with an expired token must not mistake the public view for everything.
    /// </summary>
    public static WebApplication RefuseBadCredentials(this WebApplication app)
    {
        app.Use(async (context, next) =>
        {
            var metadata = context.GetEndpoint()?.Metadata;
            var mayBeBad = metadata?.GetMetadata<MediaResource>() is not null || metadata?.GetMetadata<TakesOtherCredentials>() is not null;
            // A second call of the handler only returns its first result.
            if (!mayBeBad && (await context.AuthenticateAsync()).Failure is not null)
                await context.ChallengeAsync();
            else
                await next(context);
        });
        return app;
    }
}

/// <summary>Marks endpoints that read <c>Authorization</c> themselves, or ignore it.</summary>
/// <param name="Scheme">The scheme that they read, by its name in the OpenAPI document; null for none.</param>
public sealed record TakesOtherCredentials(string? Scheme = null);

/// <summary>Marks endpoints outside of the API that check credentials if some are sent.</summary>
public sealed record TakesCredentials;
