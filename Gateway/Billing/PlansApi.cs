using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Conventions;
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
            .Produces<PlanResponse>().Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status404NotFound);
        plans.MapPatch("/{planId:guid}", UpdateAsync).WithName("monetization.update_plan").RequireAuthorization(Scopes.MonetizationWrite)
            .WithSummary("Changes a plan; with `If-Match` only if nobody else has changed it. A new price is for new subscribers.")
            .Produces<PlanUpdated>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status412PreconditionFailed);
        plans.MapDelete("/{planId:guid}", DeleteAsync).WithName("monetization.delete_plan").RequireAuthorization(Scopes.MonetizationWrite)
            .WithSummary("Retires a plan: it takes no new subscribers, and those that it has keep what they pay for.")
            .Produces(StatusCodes.Status204NoContent).ProducesProblem(StatusCodes.Status401Unauthorized)
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
        return plans;
    }

    private static async Task<IResult> CreateAsync(PlanRequest body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains)
    {
        var outcome = await grains.Plan(context.NewResourceId()).Create(new CreatePlan(user.AccountId(), body.ToFields()));
        if (outcome.Details is not { } plan)
            return ProblemJson.Invalid(outcome.Problems);
        context.Response.Headers.ETag = EntityTags.Format(plan.Revision, EntityTags.CommonView);
        return TypedResults.Created($"/v1/monetization/plans/{plan.PlanId:D}", PlanResponse.From(plan));
    }

    private static async Task<IResult> ListAsync([AsParameters] ListQuery query, Guid? owner, IGrainFactory grains) =>
        TypedResults.Ok((await grains.GetGrain<IBillingCatalogGrain>(GrainKeys.Shared).ListPlans(owner, query.ToPage())).ToAnswer(PlanResponse.From));

    private static async Task<IResult> GetAsync(Guid planId, HttpContext context, IGrainFactory grains)
    {
        var plan = await grains.Plan(planId).Get();
        return context.OkOrNotModified(PlanResponse.From(plan), plan.Revision, EntityTags.CommonView);
    }

    private static async Task<IResult> UpdateAsync(Guid planId, PlanRequest body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains)
    {
        var outcome = await grains.Plan(planId).Update(user.ToCaller(), body.ToFields(), context.Request.ExpectedRevision(EntityTags.CommonView));
        if (outcome.Details is not { } plan)
            return ProblemJson.Invalid(outcome.Problems);
        context.Response.Headers.ETag = EntityTags.Format(plan.Revision, EntityTags.CommonView);
        return TypedResults.Ok(new PlanUpdated(planId, outcome.UpdatedFields, plan.StripePriceId));
    }

    private static async Task<IResult> DeleteAsync(Guid planId, ClaimsPrincipal user, IGrainFactory grains)
    {
        await grains.Plan(planId).Retire(user.ToCaller());
        return TypedResults.NoContent();
    }

    private static IPlanGrain Plan(this IGrainFactory grains, Guid planId) => grains.GetGrain<IPlanGrain>(GrainKeys.Plan(planId));
}
