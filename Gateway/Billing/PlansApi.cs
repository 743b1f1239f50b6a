using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;

namespace AudioOrleans.Gateway.Billing;

/// <summary>The plans that listeners can subscribe to.</summary>
public static class PlansApi
{
    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapPlans(this IEndpointRouteBuilder routes)
    {
        var plans = routes.MapGroup("/monetization/plans").WithTags("Monetization");
        plans.MapPost("/", CreateAsync).WithName("monetization.create_plan").AcceptsIdempotencyKey().RequireAuthorization(Scopes.MonetizationWrite)
            .WithSummary("Creates a plan. It covers everything of the account that is monetized, or what `covers` lists.")
            .Produces<PlanResponse>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict);
        plans.MapGet("/", ListAsync).WithName("monetization.list_plans")
            .WithSummary("The plans that take subscribers, newest first; `owner` selects those of one account.")
            .Produces<ListResponse<PlanResponse>>().ProducesProblem(StatusCodes.Status400BadRequest);
        plans.MapGet("/{planId:guid}", GetAsync).WithName("monetization.get_plan").WithSummary("A plan, also a retired one.")
            .Produces<PlanResponse>().ProducesProblem(StatusCodes.Status404NotFound);
        plans.MapPatch("/{planId:guid}", UpdateAsync).WithName("monetization.update_plan").RequireAuthorization(Scopes.MonetizationWrite)
            .WithSummary("Changes a plan. A new price is for new subscribers.")
            .Produces<PlanUpdated>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict);
        plans.MapDelete("/{planId:guid}", DeleteAsync).WithName("monetization.delete_plan").RequireAuthorization(Scopes.MonetizationWrite)
            .WithSummary("Retires a plan: it takes no new subscribers, and those that it has keep what they pay for.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
        return plans;
    }

    private static async Task<IResult> CreateAsync(PlanRequest body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains)
    {
        var outcome = await grains.Plan(context.NewResourceId()).Create(new CreatePlan(user.AccountId(), body.ToFields()));
        return outcome.Details is { } plan
            ? TypedResults.Created($"/v1/monetization/plans/{plan.PlanId:D}", PlanResponse.From(plan))
            : ProblemJson.Invalid(outcome.Problems);
    }

    private static async Task<IResult> ListAsync([AsParameters] ListQuery query, Guid? owner, IGrainFactory grains) =>
        TypedResults.Ok((await grains.GetGrain<IBillingCatalogGrain>(GrainKeys.Shared).ListPlans(owner, query.ToPage())).ToAnswer(PlanResponse.From));

    private static async Task<IResult> GetAsync(Guid planId, IGrainFactory grains) => TypedResults.Ok(PlanResponse.From(await grains.Plan(planId).Get()));

    private static async Task<IResult> UpdateAsync(Guid planId, PlanRequest body, ClaimsPrincipal user, IGrainFactory grains)
    {
        var outcome = await grains.Plan(planId).Update(user.ToCaller(), body.ToFields());
        return outcome.Details is { } plan ? TypedResults.Ok(new PlanUpdated(planId, outcome.UpdatedFields, plan.StripePriceId)) : ProblemJson.Invalid(outcome.Problems);
    }

    private static async Task<IResult> DeleteAsync(Guid planId, ClaimsPrincipal user, IGrainFactory grains)
    {
        await grains.Plan(planId).Retire(user.ToCaller());
        return TypedResults.NoContent();
    }

    private static IPlanGrain Plan(this IGrainFactory grains, Guid planId) => grains.GetGrain<IPlanGrain>(GrainKeys.Plan(planId));
}
