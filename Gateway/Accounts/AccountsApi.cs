using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Conventions;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Gateway.Accounts;

/// <summary>Registering, logging in, and the caller's own account.</summary>
public static class AccountsApi
{
    /// <summary>Adds the routes.</summary>
    public static void MapAccounts(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithTags("Accounts").WithMetadata(new TakesOtherCredentials()).LimitAs(RouteClass.Credentials);
        auth.MapPost("/register", RegisterAsync).WithName("accounts.register").AcceptsIdempotencyKey().WithSummary("Creates an account.")
            .Produces<AccountRegistered>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        auth.MapPost("/login", LogInAsync).WithName("accounts.log_in").WithSummary("Opens a session.")
            .Produces<TokenResponse>().ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status429TooManyRequests);
        auth.MapPost("/refresh", RefreshAsync).WithName("accounts.refresh").WithoutAudit().WithSummary("Exchanges a refresh token for a new pair; using one twice ends its session.")
            .Produces<TokenResponse>().ProducesProblem(StatusCodes.Status401Unauthorized);
        auth.MapPost("/logout", LogOutAsync).WithName("accounts.log_out").WithSummary("Ends the session of a refresh token.").Produces(StatusCodes.Status204NoContent);
        routes.MapGet("/health/auth", GetAuthHealth).WithName("accounts.check_token").RequireAuthorization().WithTags("Accounts").WithSummary("Checks whether the token is valid.")
            .Produces<AuthHealth>().ProducesProblem(StatusCodes.Status401Unauthorized);
    }

    private static async Task<IResult> RegisterAsync(RegistrationRequest body, HttpContext context, IGrainFactory grains) =>
        Answer(await AskAsync(body, context.NewResourceId(), byAdmin: false, grains), "/v1/users/me");

    /// <summary>Registers an account, by its future owner or by an admin.</summary>
    internal static Task<RegisterOutcome> AskAsync(RegistrationRequest body, Guid userId, bool byAdmin, IGrainFactory grains)
    {
        var email = grains.GetGrain<IEmailGrain>(GrainKeys.Email(EmailAddress.Normalize(body.Email) ?? ""));
        return email.Register(userId, new RegisterAccount(body.Email ?? "", body.Password ?? "", body.Name ?? "", body.Role ?? AccountRole.Dj, byAdmin));
    }

    /// <summary>The response to a registration.</summary>
    internal static IResult Answer(RegisterOutcome outcome, string location)
    {
        if (!outcome.Problems.IsEmpty)
            return ProblemJson.Invalid(outcome.Problems);
        return outcome.Account is { } account
            ? TypedResults.Created(location, new AccountRegistered(account.UserId, account.Email, account.Role))
            : ProblemJson.Create(StatusCodes.Status409Conflict, "An account with this e-mail address already exists");
    }

    private static async Task<IResult> LogInAsync(LoginRequest body, HttpContext context, IGrainFactory grains)
    {
        if (EmailAddress.Normalize(body.Email) is not { } email || string.IsNullOrEmpty(body.Password))
            return Refused();
        var attempt = new LoginAttempt(email, body.Password, body.Code, ClientNetwork.From(context)?.ToString());
        var result = await grains.GetGrain<IEmailGrain>(GrainKeys.Email(email)).LogIn(attempt);
        return result.Status switch
        {
            LoginStatus.Granted => TypedResults.Ok(TokenResponse.From(result.Tokens!)),
            LoginStatus.Locked => ProblemJson.TooMany(context, "Too many failed logins; wait before the next attempt", result.RetryAfter!.Value),
            LoginStatus.CodeRequired => ProblemJson.Create(StatusCodes.Status401Unauthorized, "The second factor is needed: send its code as well", [new("code_required", true)]),
            LoginStatus.CodeRefused => ProblemJson.Create(StatusCodes.Status401Unauthorized, "The code of the second factor is wrong or was already used", [new("code_required", true)]),
            LoginStatus.Unverified => ProblemJson.Create(StatusCodes.Status403Forbidden, "The e-mail address is not verified yet: open the link that was mailed", [new("email_unverified", true)]),
            LoginStatus.Disabled => ProblemJson.Create(StatusCodes.Status403Forbidden, "The account is disabled"),
            _ => Refused(),
        };

        static IResult Refused() => ProblemJson.Create(StatusCodes.Status401Unauthorized, "E-mail address or password is wrong");
    }

    private static async Task<IResult> RefreshAsync(RefreshRequest body, IGrainFactory grains, AccountStatusCache statuses)
    {
        if (!RefreshToken.TryRead(body.RefreshToken, out var userId, out _))
            return Refused();
        var tokens = await grains.GetGrain<IAccountSessionsGrain>(GrainKeys.Account(userId)).Refresh(new Secret(body.RefreshToken!));
        if (tokens is not null)
            return TypedResults.Ok(TokenResponse.From(tokens));
        statuses.Forget(userId); // A replayed refresh token has ended the session.
        return Refused();

        static IResult Refused() => ProblemJson.Create(StatusCodes.Status401Unauthorized, "The refresh token is not valid");
    }

    private static async Task<IResult> LogOutAsync(RefreshRequest body, IGrainFactory grains, AccountStatusCache statuses)
    {
        if (RefreshToken.TryRead(body.RefreshToken, out var userId, out _))
        {
            await grains.GetGrain<IAccountSessionsGrain>(GrainKeys.Account(userId)).LogOut(new Secret(body.RefreshToken!));
            statuses.Forget(userId);
        }
        return TypedResults.NoContent();
    }

    private static IResult GetAuthHealth(ClaimsPrincipal user) =>
        TypedResults.Ok(new AuthHealth("ok", user.AccountId(), user.FindFirst(Principals.Role)!.Value));
}
