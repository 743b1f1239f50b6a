using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Gateway.Accounts;

/// <summary>Account mail: verifying an address, changing it, and setting a password without the old one.</summary>
public static class MailApi
{
    private const string NoEmail = "Expected an e-mail address, such as dj@example.org.";
    private const string NoToken = "Expected the token of a mailed link.";

    /// <summary>Mail to an account costs a write; the response time must not reveal that an unknown address has none.</summary>
    private static readonly TimeSpan AnswerStep = TimeSpan.FromMilliseconds(250);

    /// <summary>Adds the routes.</summary>
    public static void MapAccountMail(this IEndpointRouteBuilder routes)
    {
        var auth = routes.MapGroup("/auth").WithTags("Accounts").WithMetadata(new TakesOtherCredentials()).LimitAs(RouteClass.Credentials);
        auth.MapPost("/verify-email/request", RequestVerificationAsync).WithName("accounts.request_verification").WithSummary("Mails a link that verifies the address, if an account needs one. The response is always the same.")
            .Produces(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        auth.MapPost("/verify-email", VerifyEmailAsync).WithName("accounts.verify_email").WithSummary("Confirms a mailed link: the address is verified, or becomes the account's new address, which ends all sessions.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        auth.MapPost("/password-reset/request", RequestResetAsync).WithName("accounts.request_reset").WithSummary("Mails a link to set a new password, if there is an account. The response is always the same.")
            .Produces(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict);
        auth.MapPost("/password-reset", ResetPasswordAsync).WithName("accounts.reset_password").WithSummary("Sets a new password with a mailed link. Ends all sessions; a second factor stays enabled.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status400BadRequest);
        routes.MapPost("/users/me/email", ChangeEmailAsync).WithName("credentials.change_email").WithTags("Accounts").RequireAuthorization(Scopes.OwnSession)
            .WithSummary("Changes the caller's e-mail address: responds with 202 and mails a link that makes the change. If the platform sends no mail, the change is made at once, ends all sessions, and the response opens a new one.")
            .Produces(StatusCodes.Status202Accepted).Produces<TokenResponse>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status429TooManyRequests);
    }

    private static Task<IResult> RequestVerificationAsync(MailRequest body, HttpContext context, IGrainFactory grains, TimeProvider time) =>
        RequestAsync(body, context, grains, time, (grain, email) => grain.RequestVerification(email));

    private static Task<IResult> RequestResetAsync(MailRequest body, HttpContext context, IGrainFactory grains, TimeProvider time) =>
        RequestAsync(body, context, grains, time, (grain, email) => grain.RequestReset(email));

    private static async Task<IResult> RequestAsync(MailRequest body, HttpContext context, IGrainFactory grains, TimeProvider time, Func<IEmailRequestsGrain, Secret, Task> request)
    {
        if (EmailAddress.Normalize(body.Email) is not { } email)
            return ProblemJson.Invalid([new FieldProblem("email", NoEmail, FieldCodes.NotAnEmail)]);
        var start = time.GetTimestamp();
        await request(grains.GetGrain<IEmailRequestsGrain>(GrainKeys.Email(email)), new Secret(email));
        // Responses are sent at multiples of this step, however long the work took.
        var taken = time.GetElapsedTime(start);
        await Task.Delay(TimeSpan.FromTicks(AnswerStep.Ticks - (taken.Ticks % AnswerStep.Ticks)), time, context.RequestAborted);
        return TypedResults.Accepted((string?)null);
    }

    private static async Task<IResult> VerifyEmailAsync(EmailVerification body, HttpContext context, IGrainFactory grains, AccountStatusCache statuses)
    {
        if (!MailedToken.TryRead(body.Token, out var userId))
            return ProblemJson.Invalid([new FieldProblem("token", NoToken, FieldCodes.ExpiredLink)]);
        var outcome = await Account(userId, grains).VerifyEmail(new Secret(body.Token!));
        statuses.Forget(userId);
        return Refuse(outcome, context) ?? TypedResults.NoContent();
    }

    private static async Task<IResult> ResetPasswordAsync(PasswordReset body, HttpContext context, IGrainFactory grains, AccountStatusCache statuses)
    {
        if (!MailedToken.TryRead(body.Token, out var userId))
            return ProblemJson.Invalid([new FieldProblem("token", NoToken, FieldCodes.ExpiredLink)]);
        var outcome = await Account(userId, grains).ResetPassword(new ResetPassword(body.Token!, body.NewPassword ?? ""));
        statuses.Forget(userId);
        return Refuse(outcome, context) ?? TypedResults.NoContent();
    }

    private static async Task<IResult> ChangeEmailAsync(EmailChange body, HttpContext context, IGrainFactory grains, AccountStatusCache statuses)
    {
        if (EmailAddress.Normalize(body.NewEmail) is not { } email)
            return ProblemJson.Invalid([new FieldProblem("new_email", NoEmail, FieldCodes.NotAnEmail)]);
        var userId = context.User.AccountId();
        var outcome = await grains.GetGrain<IEmailRequestsGrain>(GrainKeys.Email(email)).ChangeTo(userId, new ChangeEmail(body.Password ?? "", email));
        statuses.Forget(userId);
        return Refuse(outcome, context)
            ?? (outcome.Tokens is { } tokens ? TypedResults.Ok(TokenResponse.From(tokens)) : TypedResults.Accepted((string?)null));
    }

    private static IAccountMailGrain Account(Guid userId, IGrainFactory grains) => grains.GetGrain<IAccountMailGrain>(GrainKeys.Account(userId));

    private static IResult? Refuse(CredentialsOutcome outcome, HttpContext context)
    {
        if (outcome.RetryAfter is { } wait)
            return ProblemJson.TooMany(context, "Too many wrong passwords or too many mails; wait before the next attempt", wait);
        return outcome.Problems.IsEmpty ? null : ProblemJson.Invalid(outcome.Problems);
    }
}

/// <summary>The body of <c>POST /v1/auth/verify-email/request</c> and <c>/v1/auth/password-reset/request</c>.</summary>
[Example("""{"email": "dj@example.org"}""")]
public sealed record MailRequest
{
    /// <summary>The account's e-mail address.</summary>
    public string? Email { get; init; }
}

/// <summary>The body of <c>POST /v1/auth/verify-email</c>.</summary>
[Example("""{"token": "AQAAAAAAAAAAAAAAAAAAAA"}""")]
public sealed record EmailVerification
{
    /// <summary>The text after <c>#verify=</c> in the mailed link.</summary>
    public string? Token { get; init; }
}

/// <summary>The body of <c>POST /v1/auth/password-reset</c>.</summary>
[Example("""{"token": "AQAAAAAAAAAAAAAAAAAAAA", "new_password": "correct horse 2!"}""")]
public sealed record PasswordReset
{
    /// <summary>The text after <c>#reset=</c> in the mailed link.</summary>
    public string? Token { get; init; }

    /// <summary>The new password; the rules are those of registration.</summary>
    public string? NewPassword { get; init; }
}

/// <summary>The body of <c>POST /v1/users/me/email</c>.</summary>
[Example("""{"password": "correct horse 1!", "new_email": "night.shift@example.org"}""")]
public sealed record EmailChange
{
    /// <summary>The account's password.</summary>
    public string? Password { get; init; }

    /// <summary>The new address.</summary>
    public string? NewEmail { get; init; }
}
