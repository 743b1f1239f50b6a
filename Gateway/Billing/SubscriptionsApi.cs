using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;

namespace AudioOrleans.Gateway.Billing;

/// <summary>A listener's subscriptions and invoices. Only a person's login can subscribe: no API key spends money.</summary>
public static class SubscriptionsApi
{
    /// <summary>Adds the routes.</summary>
    public static void MapSubscriptions(this IEndpointRouteBuilder routes)
    {
        var subscriptions = routes.MapGroup("/monetization/subscriptions").WithTags("Monetization");
        subscriptions.MapPost("/", StartAsync).WithName("monetization.subscribe").AcceptsIdempotencyKey().RequireAuthorization(Scopes.OwnSession)
            .WithSummary("Subscribes to a plan.")
            .Produces<SubscriptionResponse>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status409Conflict);
        subscriptions.MapGet("/", ListAsync).WithName("monetization.list_subscriptions").RequireAuthorization(Scopes.MonetizationRead)
            .WithSummary("One's own subscriptions, newest first.")
            .Produces<ListResponse<SubscriptionResponse>>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        subscriptions.MapGet("/{subscriptionId:guid}", GetAsync).WithName("monetization.get_subscription").RequireAuthorization(Scopes.MonetizationRead)
            .WithSummary("A subscription, for its subscriber and for the plan's owner.").Produces<SubscriptionResponse>().ProducesProblems();
        subscriptions.MapPost("/{subscriptionId:guid}/renew", RenewAsync).WithName("monetization.renew_subscription").RequireAuthorization(Scopes.OwnSession)
            .WithSummary("Pays what is open, takes back a cancellation, or starts an ended subscription again.")
            .Produces<SubscriptionResponse>().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblems().ProducesProblem(StatusCodes.Status409Conflict);
        subscriptions.MapDelete("/{subscriptionId:guid}", CancelAsync).WithName("monetization.cancel_subscription").RequireAuthorization(Scopes.OwnSession)
            .WithSummary("Cancels a subscription: it ends when what is paid ends, at once if nothing is paid.").Produces<SubscriptionResponse>().ProducesProblems();
        routes.MapGet("/monetization/invoices", ListInvoicesAsync).WithTags("Monetization").WithName("monetization.list_invoices").RequireAuthorization(Scopes.MonetizationRead)
            .WithSummary("The invoices that one pays or earns by, newest first; all of them for an admin.")
            .Produces<ListResponse<InvoiceResponse>>().ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
    }

    private static async Task<IResult> StartAsync(SubscriptionRequest body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, EntitlementCache entitlements)
    {
        if (body.PlanId is not { } planId)
            return ProblemJson.Invalid([new FieldProblem("plan_id", "Expected the id of a plan.", FieldCodes.Required)]);
        var subscription = await grains.Subscription(context.NewResourceId()).Start(new Subscribe(user.AccountId(), planId, body.PaymentMethod));
        entitlements.Forget(subscription.SubscriberId);
        return TypedResults.Created($"/v1/monetization/subscriptions/{subscription.SubscriptionId:D}", SubscriptionResponse.From(subscription));
    }

    private static async Task<IResult> ListAsync([AsParameters] ListQuery query, ClaimsPrincipal user, IGrainFactory grains) =>
        TypedResults.Ok((await grains.GetGrain<IBillingCatalogGrain>(GrainKeys.Shared).ListSubscriptions(user.AccountId(), query.ToPage())).ToAnswer(SubscriptionResponse.From));

    private static async Task<IResult> GetAsync(Guid subscriptionId, ClaimsPrincipal user, IGrainFactory grains) =>
        TypedResults.Ok(SubscriptionResponse.From(await grains.Subscription(subscriptionId).Get(user.ToCaller())));

    private static async Task<IResult> RenewAsync(Guid subscriptionId, RenewalRequest body, ClaimsPrincipal user, IGrainFactory grains, EntitlementCache entitlements)
    {
        var subscription = await grains.Subscription(subscriptionId).Renew(user.ToCaller(), body.PaymentMethod);
        entitlements.Forget(subscription.SubscriberId);
        return TypedResults.Ok(SubscriptionResponse.From(subscription));
    }

    private static async Task<IResult> CancelAsync(Guid subscriptionId, ClaimsPrincipal user, IGrainFactory grains, EntitlementCache entitlements)
    {
        var subscription = await grains.Subscription(subscriptionId).Cancel(user.ToCaller());
        entitlements.Forget(subscription.SubscriberId);
        return TypedResults.Ok(SubscriptionResponse.From(subscription));
    }

    private static async Task<IResult> ListInvoicesAsync([AsParameters] ListQuery query, ClaimsPrincipal user, IGrainFactory grains) =>
        TypedResults.Ok((await grains.GetGrain<IBillingCatalogGrain>(GrainKeys.Shared).ListInvoices(user.ToCaller(), query.ToPage())).ToAnswer(InvoiceResponse.From));

    private static ISubscriptionGrain Subscription(this IGrainFactory grains, Guid subscriptionId) => grains.GetGrain<ISubscriptionGrain>(GrainKeys.Subscription(subscriptionId));

    private static RouteHandlerBuilder ProducesProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
}
