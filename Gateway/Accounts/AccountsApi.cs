using System.Security.Claims;
using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Accounts;
using Audio.Orleans.Gateway.Conventions;
using Audio.Orleans.Gateway.Problems;

namespace Audio.Orleans.Gateway.Accounts;

/// <summary>Registering, logging in, and who one is.</summary>
public static class AccountsApi
{
    /// <summary>Adds authentication by access token, and a policy for each scope.</summary>
    public static IServiceCollection AddAccounts(this IServiceCollection services, IConfiguration configuration)
    {
        var options = configuration.GetSection("Tokens").Get<TokenOptions>() ?? new TokenOptions();
        services.AddSingleton(provider => new TokenValidator(options.Issuer, options.Audience, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TokenKeys>();
        // The core only: nothing here makes cookies, so no data protection keys are to be made and kept.
        services.AddWebEncoders();
        services.AddTransient<AccessTokenHandler>();
        services.AddAuthenticationCore(authentication =>
        {
            authentication.DefaultScheme = AccessTokenHandler.SchemeName;
            authentication.AddScheme<AccessTokenHandler>(AccessTokenHandler.SchemeName, null);
        });
        var authorization = services.AddAuthorizationBuilder();
        foreach (var scope in Scopes.All)
            authorization.AddPolicy(scope, policy => policy.RequireAuthenticatedUser().RequireAssertion(context => context.User.HasScope(scope)));
        return services;
    }

    /// <summary>Adds the routes.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithTags("Accounts");
        auth.MapPost("/register", RegisterAsync).WithName("accounts.register").AcceptsIdempotencyKey().WithSummary("Makes an account.")
            .Produces<AccountRegistered>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        auth.MapPost("/login", LogInAsync).WithName("accounts.log_in").WithSummary("Opens a session.")
            .Produces<TokenAnswer>().ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status429TooManyRequests);
        auth.MapPost("/refresh", RefreshAsync).WithName("accounts.refresh").WithoutAudit().WithSummary("Trades a refresh token for a new pair; using one twice ends its session.")
            .Produces<TokenAnswer>().ProducesProblem(StatusCodes.Status401Unauthorized);
        auth.MapPost("/logout", LogOutAsync).WithName("accounts.log_out").WithSummary("Ends the session of a refresh token.").Produces(StatusCodes.Status204NoContent);
        routes.MapGet("/health/auth", GetAuthHealth).WithName("accounts.check_token").RequireAuthorization().WithTags("Accounts").WithSummary("Whether the token is good.")
            .Produces<AuthHealth>().ProducesProblem(StatusCodes.Status401Unauthorized);
        routes.MapGet("/users/me", GetMeAsync).WithName("accounts.get_me").RequireAuthorization().WithTags("Accounts").WithSummary("One's own account.")
            .Produces<AccountAnswer>().ProducesProblem(StatusCodes.Status401Unauthorized);
    }

    /// <summary>Adds the route of the public keys, which has no base path.</summary>
    public static void MapPublicKeys(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/.well-known/jwks.json", GetKeysAsync).WithName("accounts.get_keys").WithTags("Accounts").WithSummary("The public keys of access tokens (RFC 7517).").Produces<JsonWebKeys>();

    private static async Task<IResult> RegisterAsync(RegistrationRequest body, HttpContext context, IGrainFactory grains)
    {
        var userId = context.NewResourceId();
        var outcome = await grains.GetGrain<IAccountGrain>(GrainKeys.Account(userId)).Register(
            new RegisterAccount(body.Email ?? "", body.Password ?? "", body.Name ?? "", body.Role ?? AccountRole.Dj));
        if (!outcome.Problems.IsEmpty)
            return ProblemJson.Invalid(outcome.Problems);
        return outcome.Account is { } account
            ? TypedResults.Created("/v1/users/me", new AccountRegistered(account.UserId, account.Email, account.Role))
            : ProblemJson.Of(StatusCodes.Status409Conflict, "An account with this e-mail address exists already");
    }

    private static async Task<IResult> LogInAsync(LoginRequest body, HttpContext context, IGrainFactory grains)
    {
        if (EmailAddress.Normalize(body.Email) is not { } email || string.IsNullOrEmpty(body.Password))
            return ProblemJson.Of(StatusCodes.Status401Unauthorized, "E-mail address or password is wrong");
        var outcome = await grains.GetGrain<ILoginGrain>(GrainKeys.Login(email)).Try(email, body.Password);
        if (outcome.RetryAfter is { } wait)
        {
            context.Response.Headers.RetryAfter = $"{Math.Ceiling(wait.TotalSeconds)}";
            return ProblemJson.Of(StatusCodes.Status429TooManyRequests, "Too many failed logins; wait before the next");
        }
        return outcome.Tokens is { } tokens
            ? TypedResults.Ok(TokenAnswer.From(tokens))
            : ProblemJson.Of(StatusCodes.Status401Unauthorized, "E-mail address or password is wrong");
    }

    private static async Task<IResult> RefreshAsync(RefreshRequest body, IGrainFactory grains)
    {
        var tokens = RefreshToken.TryRead(body.RefreshToken, out var userId, out _)
            ? await grains.GetGrain<IAccountGrain>(GrainKeys.Account(userId)).Refresh(body.RefreshToken!)
            : null;
        return tokens is null
            ? ProblemJson.Of(StatusCodes.Status401Unauthorized, "The refresh token is not valid")
            : TypedResults.Ok(TokenAnswer.From(tokens));
    }

    private static async Task<IResult> LogOutAsync(RefreshRequest body, IGrainFactory grains)
    {
        if (RefreshToken.TryRead(body.RefreshToken, out var userId, out _))
            await grains.GetGrain<IAccountGrain>(GrainKeys.Account(userId)).LogOut(body.RefreshToken!);
        return TypedResults.NoContent();
    }

    private static IResult GetAuthHealth(ClaimsPrincipal user) =>
        TypedResults.Ok(new AuthHealth("ok", user.ToCaller().UserId!.Value, user.FindFirst(Principals.Role)!.Value));

    private static async Task<IResult> GetMeAsync(ClaimsPrincipal user, IGrainFactory grains)
    {
        var account = await grains.GetGrain<IAccountGrain>(GrainKeys.Account(user.ToCaller().UserId!.Value)).GetProfile();
        return account is null
            ? ProblemJson.Of(StatusCodes.Status401Unauthorized, "The account does not exist any more")
            : TypedResults.Ok(new AccountAnswer(account.UserId, account.Email, account.Name, account.Role, account.CreatedAt));
    }

    private static async Task<IResult> GetKeysAsync(HttpContext context, TokenKeys keys)
    {
        context.Response.Headers.CacheControl = "public, max-age=300";
        var all = await keys.GetAsync();
        return TypedResults.Ok(new JsonWebKeys([.. all.Select(key => new JsonWebKey("RSA", "sig", "RS256", key.KeyId, key.Modulus, key.Exponent))]));
    }
}
