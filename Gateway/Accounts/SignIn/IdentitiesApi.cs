using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using Microsoft.AspNetCore.Mvc;

namespace AudioOrleans.Gateway.Accounts.SignIn;

/// <summary>The external accounts that sign in to the caller's account.</summary>
public static class IdentitiesApi
{
    /// <summary>Adds the routes.</summary>
    public static void MapIdentities(this IEndpointRouteBuilder routes)
    {
        var mine = routes.MapGroup("/users/me/identities").WithTags("Accounts").RequireAuthorization(Scopes.OwnSession);
        mine.MapGet("/", ListAsync).WithName("identities.list").WithSummary("Lists the providers that the caller can sign in with.")
            .Produces<ListResponse<IdentityResponse>>().ProducesIdentityProblems();
        mine.MapPost("/{provider}", BeginAsync).WithName("identities.link")
            .WithSummary("Starts linking a provider: returns where the browser must go, with a cookie that it must keep. `return_to`: where the browser returns to.")
            .Produces<LinkBegun>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status429TooManyRequests).ProducesIdentityProblems().ProducesProblem(StatusCodes.Status404NotFound);
        mine.MapDelete("/{provider}", UnlinkAsync).WithName("identities.unlink").WithSummary("Unlinks a provider. Sessions stay open.")
            .Produces(StatusCodes.Status204NoContent).ProducesIdentityProblems().ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
    }

    private static async Task<IResult> ListAsync(ClaimsPrincipal user, IGrainFactory grains) =>
        TypedResults.Ok(new ListResponse<IdentityResponse>([.. (await Identities(user, grains).GetIdentities()).Select(IdentityResponse.From)], null));

    private static async Task<IResult> BeginAsync(
        string provider, IdentityLink body, [FromQuery(Name = "return_to")] string? returnTo, HttpContext context, IGrainFactory grains, ReturnAddresses addresses)
    {
        if (SignInApi.RefuseReturn(returnTo, addresses) is { } refusal)
            return refusal;
        // A link outlives sessions and passwords: a stolen token must not be able to create one.
        var proof = await grains.GetGrain<ICredentialsGrain>(GrainKeys.Account(context.User.AccountId())).Prove(new Secret(body.Password ?? ""), new Secret(body.Code ?? ""));
        if (CredentialsApi.Refuse(proof, context) is { } unproven)
            return unproven;
        var target = new LinkTarget(context.User.AccountId(), context.User.IdOf(Principals.Session)!.Value);
        // The role is unused: the caller already has an account, so none is created.
        return TypedResults.Ok(new LinkBegun(await SignInApi.BeginAsync(new BeginSignIn(provider, returnTo, AccountRole.Listener, target), context, grains)));
    }

    private static async Task<IResult> UnlinkAsync(string provider, ClaimsPrincipal user, IGrainFactory grains)
    {
        await Identities(user, grains).Unlink(provider);
        return TypedResults.NoContent();
    }

    private static IAccountIdentitiesGrain Identities(ClaimsPrincipal user, IGrainFactory grains) =>
        grains.GetGrain<IAccountIdentitiesGrain>(GrainKeys.Account(user.AccountId()));

    private static RouteHandlerBuilder ProducesIdentityProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
}
