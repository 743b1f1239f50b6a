using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;

namespace AudioOrleans.Gateway.Domains;

/// <summary>Custom domains.</summary>
public static class DomainsApi
{
    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapDomains(this IEndpointRouteBuilder routes)
    {
        var domains = routes.MapGroup("/domains").WithTags("Domains").RequireAuthorization(Scopes.DomainsWrite);
        domains.MapPost("/", AddAsync).WithName("domains.add").AcceptsIdempotencyKey()
            .WithSummary("Adds a domain. It is verified once its TXT record is found.")
            .Produces<DomainResponse>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict);
        domains.MapGet("/", ListAsync).WithName("domains.list").WithSummary("One's own domains, newest first; all of them for an admin.")
            .Produces<ListResponse<DomainItem>>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        domains.MapGet("/{domainId:guid}", GetAsync).WithName("domains.get").WithSummary("A domain, and what is still missing.")
            .Produces<DomainResponse>().ProducesReadProblems();
        domains.MapPost("/{domainId:guid}/verify", VerifyAsync).WithName("domains.verify").WithSummary("Checks DNS now. A domain that has failed is looked for again.")
            .Produces<DomainResponse>().ProducesReadProblems();
        domains.MapDelete("/{domainId:guid}", DeleteAsync).WithName("domains.delete").WithSummary("Deletes a domain and its certificate; nothing is served for it any more.")
            .Produces(StatusCodes.Status204NoContent).ProducesReadProblems();
        return domains;
    }

    private static async Task<IResult> AddAsync(DomainRequest body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains)
    {
        var outcome = await grains.Domain(context.NewResourceId()).Add(new AddDomain(user.AccountId(), body.CustomDomain, body.PodcastId, context.Request.Host.Host));
        return outcome.Details is { } domain
            ? TypedResults.Created($"/v1/domains/{domain.DomainId:D}", DomainResponse.From(domain))
            : ProblemJson.Invalid([outcome.Problem!]);
    }

    private static async Task<IResult> ListAsync([AsParameters] ListQuery query, ClaimsPrincipal user, IGrainFactory grains) =>
        TypedResults.Ok((await grains.GetGrain<IDomainCatalogGrain>(GrainKeys.Shared).List(user.ToCaller(), query.ToPage())).ToAnswer(DomainItem.From));

    private static async Task<IResult> GetAsync(Guid domainId, ClaimsPrincipal user, IGrainFactory grains) =>
        TypedResults.Ok(DomainResponse.From(await grains.Domain(domainId).Get(user.ToCaller())));

    private static async Task<IResult> VerifyAsync(Guid domainId, ClaimsPrincipal user, IGrainFactory grains) =>
        TypedResults.Ok(DomainResponse.From(await grains.Domain(domainId).Verify(user.ToCaller())));

    private static async Task<IResult> DeleteAsync(Guid domainId, ClaimsPrincipal user, IGrainFactory grains)
    {
        await grains.Domain(domainId).Delete(user.ToCaller());
        return TypedResults.NoContent();
    }

    /// <summary>The grain of a domain.</summary>
    internal static IDomainGrain Domain(this IGrainFactory grains, Guid domainId) => grains.GetGrain<IDomainGrain>(GrainKeys.Domain(domainId));

    private static RouteHandlerBuilder ProducesReadProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
}
