using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Gateway.Accounts;

/// <summary>The caller's own password, sessions and second factor.</summary>
public static class CredentialsApi
{
    /// <summary>Adds the routes.</summary>
    public static void MapCredentials(this IEndpointRouteBuilder routes)
    {
        var mine = routes.MapGroup("/users/me").WithTags("Accounts").RequireAuthorization(Scopes.OwnSession);
        mine.MapPost("/password", ChangePasswordAsync).WithName("credentials.change_password").WithSummary("Changes the password. Ends all sessions; the response opens a new one.")
            .Produces<TokenResponse>().ProducesCredentialProblems();
        mine.MapDelete("/sessions", LogOutEverywhereAsync).WithName("credentials.log_out_everywhere").WithSummary("Ends all sessions, including this one.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        mine.MapPost("/totp", BeginTotpAsync).WithName("credentials.begin_totp").WithSummary("Sets up a second factor: returns a secret for an authenticator (RFC 6238). It has no effect until it is confirmed.")
            .Produces<TotpSecret>().ProducesCredentialProblems().ProducesProblem(StatusCodes.Status409Conflict);
        mine.MapPost("/totp/confirm", ConfirmTotpAsync).WithName("credentials.confirm_totp").WithSummary("Enables the second factor with a code of the authenticator; returns the recovery codes, only this once.")
            .Produces<RecoveryCodesResponse>().ProducesCredentialProblems().ProducesProblem(StatusCodes.Status409Conflict);
        mine.MapPost("/totp/recovery-codes", RenewRecoveryCodesAsync).WithName("credentials.renew_recovery_codes").WithSummary("Creates new recovery codes; the old ones become invalid.")
            .Produces<RecoveryCodesResponse>().ProducesCredentialProblems().ProducesProblem(StatusCodes.Status409Conflict);
        mine.MapPost("/totp/disable", DisableTotpAsync).WithName("credentials.disable_totp").WithSummary("Disables the second factor.")
            .Produces(StatusCodes.Status204NoContent).ProducesCredentialProblems().ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ChangePasswordAsync(PasswordChange body, HttpContext context, IGrainFactory grains, AccountStatusCache statuses)
    {
        var userId = context.User.AccountId();
        var outcome = await Credentials(context, grains).ChangePassword(new ChangePassword(body.CurrentPassword ?? "", body.NewPassword ?? ""));
        statuses.Forget(userId);
        return Refuse(outcome, context) ?? TypedResults.Ok(TokenResponse.From(outcome.Tokens!));
    }

    private static async Task<IResult> LogOutEverywhereAsync(ClaimsPrincipal user, IGrainFactory grains, AccountStatusCache statuses)
    {
        await grains.GetGrain<IAccountSessionsGrain>(GrainKeys.Account(user.AccountId())).LogOutEverywhere();
        statuses.Forget(user.AccountId());
        return TypedResults.NoContent();
    }

    private static async Task<IResult> BeginTotpAsync(TotpRequest body, HttpContext context, IGrainFactory grains)
    {
        var outcome = await Credentials(context, grains).BeginTotp(new Secret(body.Password ?? ""));
        return Refuse(outcome, context) ?? TypedResults.Ok(new TotpSecret(outcome.TotpUri!));
    }

    private static async Task<IResult> ConfirmTotpAsync(TotpCode body, HttpContext context, IGrainFactory grains)
    {
        var outcome = await Credentials(context, grains).ConfirmTotp(new Secret(body.Code ?? ""));
        return Refuse(outcome, context) ?? TypedResults.Ok(new RecoveryCodesResponse(outcome.RecoveryCodes));
    }

    private static async Task<IResult> RenewRecoveryCodesAsync(TotpCode body, HttpContext context, IGrainFactory grains)
    {
        var outcome = await Credentials(context, grains).RenewRecoveryCodes(new Secret(body.Code ?? ""));
        return Refuse(outcome, context) ?? TypedResults.Ok(new RecoveryCodesResponse(outcome.RecoveryCodes));
    }

    private static async Task<IResult> DisableTotpAsync(TotpRemoval body, HttpContext context, IGrainFactory grains)
    {
        var outcome = await Credentials(context, grains).DisableTotp(new Secret(body.Password ?? ""), new Secret(body.Code ?? ""));
        return Refuse(outcome, context) ?? TypedResults.NoContent();
    }

    private static ICredentialsGrain Credentials(HttpContext context, IGrainFactory grains) =>
        grains.GetGrain<ICredentialsGrain>(GrainKeys.Account(context.User.AccountId()));

    /// <summary>The error response to a request; null when it succeeded.</summary>
    internal static IResult? Refuse(CredentialsOutcome outcome, HttpContext context)
    {
        if (outcome.RetryAfter is { } wait)
            return ProblemJson.TooMany(context, "Too many wrong passwords or codes; wait before the next attempt", wait);
        return outcome.Problems.IsEmpty ? null : ProblemJson.Invalid(outcome.Problems);
    }

    private static RouteHandlerBuilder ProducesCredentialProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status429TooManyRequests);
}
