using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Conventions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Gateway.Accounts;

/// <summary>Accounts: the caller's own, and all of them for admins.</summary>
public static class UsersApi
{
    /// <summary>Adds the routes.</summary>
    public static void MapUsers(this IEndpointRouteBuilder routes)
    {
        var users = routes.MapGroup("/users").WithTags("Accounts");
        users.MapGet("/", ListAsync).WithName("users.list").RequireAuthorization(Scopes.Admin).WithSummary("Lists all accounts, newest first; `email` finds one.")
            .Produces<ListResponse<AccountResponse>>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesAccountProblems();
        users.MapPost("/", AddAsync).WithName("users.add").AcceptsIdempotencyKey().RequireAuthorization(Scopes.OwnSession, Scopes.Admin).WithSummary("Creates an account for somebody else, also an admin account.")
            .Produces<AccountRegistered>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict).ProducesAccountProblems();
        users.MapGet("/me", GetMeAsync).WithName("users.get_me").RequireAuthorization().WithSummary("Gets the caller's account.")
            .Produces<AccountResponse>().Produces(StatusCodes.Status304NotModified).ProducesAccountProblems();
        users.MapGet("/{userId:guid}", GetAsync).WithName("users.get").RequireAuthorization().WithSummary("Gets an account: the caller's own, or any account for admins.")
            .Produces<AccountResponse>().Produces(StatusCodes.Status304NotModified).ProducesAccountProblems().ProducesProblem(StatusCodes.Status404NotFound);
        users.MapPatch("/{userId:guid}", UpdateAsync).WithName("users.update").RequireAuthorization(Scopes.OwnSession).WithSummary("Changes an account; with `If-Match` only if nobody else has changed it. The owner can change the name, admins also role and disabled.")
            .Produces<AccountUpdated>().ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesAccountProblems().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static async Task<IResult> ListAsync([AsParameters] ListQuery query, string? email, IGrainFactory grains)
    {
        if (email is not null && EmailAddress.Normalize(email) is null)
            return ProblemJson.Invalid([new FieldProblem("email", "Expected a complete e-mail address.", FieldCodes.NotAnEmail)]);
        var page = await grains.GetGrain<IAccountCatalogGrain>(GrainKeys.Shared).List(EmailAddress.Normalize(email) is { } address ? new Secret(address) : null, query.ToPage());
        return TypedResults.Ok(page.ToAnswer(AccountResponse.From));
    }

    private static async Task<IResult> AddAsync(RegistrationRequest body, HttpContext context, IGrainFactory grains)
    {
        var userId = context.NewResourceId();
        return AccountsApi.Answer(await AccountsApi.AskAsync(body, userId, byAdmin: true, grains), $"/v1/users/{userId:D}");
    }

    private static Task<IResult> GetMeAsync(HttpContext context, IGrainFactory grains) => GetAsync(context.User.AccountId(), context, grains);

    private static async Task<IResult> GetAsync(Guid userId, HttpContext context, IGrainFactory grains)
    {
        if (!context.User.ToCaller().Owns(userId))
            return ProblemJson.Create(StatusCodes.Status403Forbidden, "Account belongs to somebody else");
        var account = await grains.GetGrain<IAccountGrain>(GrainKeys.Account(userId)).GetProfile();
        return account is null
            ? ProblemJson.Create(StatusCodes.Status404NotFound, "Account not found")
            : context.OkOrNotModified(AccountResponse.From(account), account.Revision, EntityTags.CommonView);
    }

    private static async Task<IResult> UpdateAsync(Guid userId, AccountChanges body, HttpContext context, IGrainFactory grains, AccountStatusCache statuses)
    {
        var patch = new AccountPatch(body.Name, body.Role, body.Disabled, context.Request.ExpectedRevision(EntityTags.CommonView));
        var outcome = await grains.GetGrain<IAccountGrain>(GrainKeys.Account(userId)).Update(context.User.ToCaller(), patch);
        statuses.Forget(userId);
        if (!outcome.Problems.IsEmpty)
            return ProblemJson.Invalid(outcome.Problems);
        context.Response.Headers.ETag = EntityTags.Format(outcome.Revision, EntityTags.CommonView);
        return TypedResults.Ok(new AccountUpdated(userId, outcome.UpdatedFields));
    }

    private static RouteHandlerBuilder ProducesAccountProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
}
