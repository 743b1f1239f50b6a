using System.Security.Claims;
using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Accounts;
using Audio.Orleans.Gateway.Authentication;
using Audio.Orleans.Gateway.Hosting;
using Audio.Orleans.Gateway.Problems;

namespace Audio.Orleans.Gateway.Accounts;

/// <summary>Accounts: one's own, and all of them for admins.</summary>
public static class UsersApi
{
    /// <summary>Adds the routes.</summary>
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/users").WithTags("Accounts");
        users.MapGet("/", ListAsync).RequireAuthorization(Scopes.Admin).WithSummary("All accounts, newest first; `email` finds one.")
            .Produces<ListAnswer<AccountAnswer>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesAccountProblems();
        users.MapPost("/", AddAsync).RequireAuthorization(Scopes.Admin).WithSummary("Makes an account for somebody, an admin's too.")
            .Produces<AccountRegistered>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict).ProducesAccountProblems();
        users.MapGet("/me", GetMeAsync).RequireAuthorization().WithSummary("One's own account.")
            .Produces<AccountAnswer>().ProducesAccountProblems();
        users.MapGet("/{userId:guid}", GetAsync).RequireAuthorization().WithSummary("An account: one's own, or any for admins.")
            .Produces<AccountAnswer>().ProducesAccountProblems().ProducesProblem(StatusCodes.Status404NotFound);
        users.MapPatch("/{userId:guid}", UpdateAsync).RequireAuthorization(Scopes.OwnSession).WithSummary("Changes an account: its owner the name, admins also role and disabled.")
            .Produces<AccountUpdated>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesAccountProblems().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync([AsParameters] ListQuery query, string? email, IGrainFactory grains)
    {
        if (email is not null && EmailAddress.Normalize(email) is null)
            return ProblemJson.Invalid([new FieldProblem("email", "Expected a whole e-mail address.")]);
        var page = await grains.GetGrain<IAccountCatalogGrain>(GrainKeys.Shared).List(EmailAddress.Normalize(email), query.ToPage());
        return TypedResults.Ok(page.ToAnswer(AccountAnswer.From));
    }

    private static async Task<IResult> AddAsync(RegistrationRequest body, IGrainFactory grains)
    {
        var userId = Guid.CreateVersion7();
        return AccountsApi.Answer(await AccountsApi.AskAsync(body, userId, byAdmin: true, grains), $"/v1/users/{userId:D}");
    }

    private static Task<IResult> GetMeAsync(ClaimsPrincipal user, IGrainFactory grains) => GetAsync(user.AccountId(), user, grains);

    private static async Task<IResult> GetAsync(Guid userId, ClaimsPrincipal user, IGrainFactory grains)
    {
        if (!user.ToCaller().Owns(userId))
            return ProblemJson.Of(StatusCodes.Status403Forbidden, "Account belongs to somebody else");
        var account = await grains.GetGrain<IAccountGrain>(GrainKeys.Account(userId)).GetProfile();
        return account is null ? ProblemJson.Of(StatusCodes.Status404NotFound, "Account not found") : TypedResults.Ok(AccountAnswer.From(account));
    }

    private static async Task<IResult> UpdateAsync(Guid userId, AccountChanges body, ClaimsPrincipal user, IGrainFactory grains, Standings standings)
    {
        var outcome = await grains.GetGrain<IAccountGrain>(GrainKeys.Account(userId)).Update(user.ToCaller(), new AccountPatch(body.Name, body.Role, body.Disabled, null));
        standings.Forget(userId);
        return outcome.Problems.IsEmpty ? TypedResults.Ok(new AccountUpdated(userId, outcome.UpdatedFields)) : ProblemJson.Invalid(outcome.Problems);
    }

    private static RouteHandlerBuilder ProducesAccountProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
}
