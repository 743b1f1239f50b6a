using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Conventions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;

namespace AudioOrleans.Gateway.Accounts.SignIn;

/// <summary>Signing in with Google or GitHub: the redirect to the provider, and the callback.</summary>
public static class SignInApi
{
    /// <summary>The path of sign-in and callback; the cookie is limited to it.</summary>
    internal const string Path = "/v1/auth/oauth";

    /// <summary>Adds the services for sign-in.</summary>
    public static IServiceCollection AddSignIn(this IServiceCollection services) => services.AddSingleton<ReturnAddresses>();

    /// <summary>Adds the routes.</summary>
    public static void MapSignIn(this IEndpointRouteBuilder routes)
    {
        var oauth = routes.MapGroup("/auth/oauth").WithTags("Accounts").WithMetadata(new TakesOtherCredentials());
        oauth.MapGet("/", ListAsync).WithName("sign_in.list").WithSummary("Lists the providers that people can sign in with.")
            .Produces<ListResponse<ProviderResponse>>();
        oauth.MapGet("/{provider}", SendToProviderAsync).WithName("sign_in.begin").LimitAs(RouteClass.Credentials)
            .WithSummary("Redirects a browser to a provider. `return_to`: the page that gets the tokens in the fragment; `role`: the role of a new account, `dj` or `listener`.")
            .Produces(StatusCodes.Status302Found).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound);
        oauth.MapGet("/{provider}/callback", FinishAsync).WithName("sign_in.finish").WithAudit().LimitAs(RouteClass.Credentials)
            .WithSummary("The address that a provider redirects the browser to: responds as a login does, or redirects to `return_to`.")
            .Produces<TokenResponse>().Produces(StatusCodes.Status302Found)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task<IResult> ListAsync(IGrainFactory grains) =>
        TypedResults.Ok(new ListResponse<ProviderResponse>([.. (await Grain(grains).ListProviders()).Select(ProviderResponse.From)], null));

    private static async Task<IResult> SendToProviderAsync(
        string provider, [FromQuery(Name = "return_to")] string? returnTo, string? role, HttpContext context, IGrainFactory grains, ReturnAddresses addresses)
    {
        var asked = role switch
        {
            null or "dj" => AccountRole.Dj,
            "listener" => AccountRole.Listener,
            _ => (AccountRole?)null,
        };
        if (asked is not { } wanted)
            return ProblemJson.Invalid([new FieldProblem("role", "Expected dj or listener.", FieldCodes.UnknownValue)]);
        if (RefuseReturn(returnTo, addresses) is { } refusal)
            return refusal;
        return SendTo(context, await BeginAsync(new BeginSignIn(provider, returnTo, wanted, null), context, grains));
    }

    /// <summary>Begins a sign-in and sets the browser's cookie; returns the address to redirect to.</summary>
    internal static async Task<string> BeginAsync(BeginSignIn command, HttpContext context, IGrainFactory grains)
    {
        var begun = await Grain(grains).Begin(command);
        BrowserCookie.Set(context, begun);
        return begun.AuthorizationUrl;
    }

    /// <summary>400 for a return address to which no browser may be sent with tokens.</summary>
    internal static IResult? RefuseReturn(string? returnTo, ReturnAddresses addresses) =>
        returnTo is null || addresses.Allows(returnTo) ? null : ProblemJson.Invalid([new FieldProblem("return_to", ReturnAddresses.Expected, FieldCodes.NotAUrl)]);

    private static async Task<IResult> FinishAsync(string provider, string? code, string? state, string? error, HttpContext context, IGrainFactory grains)
    {
        var result = await Grain(grains).Finish(new FinishSignIn(provider, state, BrowserCookie.Take(context), code, error));
        context.Response.Headers.CacheControl = "no-store";
        return result switch
        {
            { Tokens: { } tokens, ReturnTo: null } => TypedResults.Ok(TokenResponse.From(tokens)),
            { Tokens: { } tokens, ReturnTo: { } page } => SendTo(context, $"{page}#{FragmentOf(TokenResponse.From(tokens))}"),
            { Linked: { } linked, ReturnTo: null } => TypedResults.Ok(IdentityResponse.From(linked)),
            { Linked: { } linked, ReturnTo: { } page } => SendTo(context, $"{page}#linked={linked.Provider}"),
            _ => Refuse(result.Status),
        };
    }

    /// <summary>
    /// The fragment: unlike a query it is never sent to a server, and appears in no log and no Referer (RFC 9110, section 10.1.3).
    /// </summary>
    private static string FragmentOf(TokenResponse tokens) =>
        $"access_token={Uri.EscapeDataString(tokens.AccessToken)}&refresh_token={Uri.EscapeDataString(tokens.RefreshToken)}&expires_in={tokens.ExpiresIn}&token_type={tokens.TokenType}";

    private static IResult SendTo(HttpContext context, string address)
    {
        context.Response.Headers.Location = address;
        return TypedResults.StatusCode(StatusCodes.Status302Found);
    }

    private static IResult Refuse(SignInStatus status) => status switch
    {
        SignInStatus.StateRefused => ProblemJson.Create(StatusCodes.Status400BadRequest, "This sign-in was not started in this browser, or more than ten minutes ago: start again"),
        SignInStatus.Denied => ProblemJson.Create(StatusCodes.Status403Forbidden, "You did not agree to sign in"),
        SignInStatus.CodeRefused => ProblemJson.Create(StatusCodes.Status401Unauthorized, "The provider does not accept this code, or no longer accepts it: start again"),
        SignInStatus.EmailUnverified => ProblemJson.Create(StatusCodes.Status403Forbidden, "The provider has no verified e-mail address of yours: verify one there, or register here with a password"),
        SignInStatus.AccountUnverified => ProblemJson.Create(StatusCodes.Status409Conflict, "An account with your e-mail address exists: log in with its password, and link the provider there"),
        SignInStatus.OtherLinked => ProblemJson.Create(StatusCodes.Status409Conflict, "The account is linked to another person at this provider: log in and unlink that person first"),
        SignInStatus.IdentityTaken => ProblemJson.Create(StatusCodes.Status409Conflict, "You sign in to another account with this provider: unlink the provider there first"),
        SignInStatus.Disabled => ProblemJson.Create(StatusCodes.Status403Forbidden, "The account is disabled"),
        SignInStatus.SecondFactorNeeded => ProblemJson.Create(StatusCodes.Status403Forbidden, "The account has a second factor: log in with password and code"),
        SignInStatus.SessionEnded => ProblemJson.Create(StatusCodes.Status403Forbidden, "The session that started the linking has ended: log in and start again"),
        _ => throw new InvalidOperationException($"There is no response for a sign-in that ended as {status}."),
    };

    private static ISignInGrain Grain(IGrainFactory grains) => grains.GetGrain<ISignInGrain>(GrainKeys.Shared);
}
