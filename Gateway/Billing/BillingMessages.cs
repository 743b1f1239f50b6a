using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Grains.Interfaces.Billing;

namespace AudioOrleans.Gateway.Billing;

/// <summary>Something that a plan covers.</summary>
/// <param name="Kind"><c>stream</c>, <c>playlist</c> or <c>podcast</c>.</param>
/// <param name="Id">Its id.</param>
public sealed record CoveredItem(CoveredKind Kind, Guid Id);

/// <summary>The body of <c>POST /v1/monetization/plans</c> and of <c>PATCH</c>.</summary>
[Example("""{"name": "Members", "price_cents": 499, "currency": "EUR", "billing_interval": "month", "features": ["No ads"], "trial_days": 7}""")]
public sealed record PlanRequest
{
    /// <summary>The name that listeners see.</summary>
    public string? Name { get; init; }

    /// <summary>The price of an interval, in the currency's smallest unit.</summary>
    public long? PriceCents { get; init; }

    /// <summary>The currency, in capitals (ISO 4217).</summary>
    public string? Currency { get; init; }

    /// <summary><c>month</c> or <c>year</c>.</summary>
    public BillingInterval? BillingInterval { get; init; }

    /// <summary>What subscribers get, in words.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>What the plan covers; empty for everything of the account.</summary>
    public IReadOnlyList<CoveredItem>? Covers { get; init; }

    /// <summary>The days before the first payment.</summary>
    public int? TrialDays { get; init; }

    /// <summary>The fields for the grain.</summary>
    public PlanFields ToFields() => new()
    {
        Name = Name, PriceCents = PriceCents, Currency = Currency, Interval = BillingInterval, TrialDays = TrialDays,
        Features = Features is null ? null : [.. Features],
        Covers = Covers is null ? null : [.. Covers.Select(one => new CoveredResource(one.Kind, one.Id))],
    };
}

/// <summary>A plan.</summary>
/// <param name="PlanId">Its id.</param>
/// <param name="OwnerId">The account that earns by it.</param>
/// <param name="Name">Its name.</param>
/// <param name="PriceCents">The price of an interval, in the currency's smallest unit.</param>
/// <param name="Currency">The currency (ISO 4217).</param>
/// <param name="BillingInterval"><c>month</c> or <c>year</c>.</param>
/// <param name="Features">What subscribers get, in words.</param>
/// <param name="Covers">What it covers; empty for everything of the account.</param>
/// <param name="TrialDays">The days before the first payment.</param>
/// <param name="StripeProductId">Stripe's product; <c>test_prod</c> in the sandbox.</param>
/// <param name="StripePriceId">Stripe's current price; <c>test_price</c> in the sandbox.</param>
/// <param name="Retired">Whether it is closed to new subscribers.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
public sealed record PlanResponse(
    Guid PlanId, Guid OwnerId, string Name, long PriceCents, string Currency, BillingInterval BillingInterval, IReadOnlyList<string> Features, IReadOnlyList<CoveredItem> Covers,
    int TrialDays, string StripeProductId, string StripePriceId, bool Retired, DateTimeOffset CreatedAt)
{
    /// <summary>Maps the details that the grain returns.</summary>
    public static PlanResponse From(PlanDetails plan) => new(
        plan.PlanId, plan.OwnerId, plan.Name, plan.PriceCents, plan.Currency, plan.Interval, plan.Features, [.. plan.Covers.Select(one => new CoveredItem(one.Kind, one.Id))],
        plan.TrialDays, plan.StripeProductId, plan.StripePriceId, plan.Retired, plan.CreatedAt);
}

/// <summary>The response to a change of a plan.</summary>
/// <param name="PlanId">Its id.</param>
/// <param name="UpdatedFields">The fields whose values changed.</param>
/// <param name="StripePriceId">Stripe's price for new subscribers.</param>
public sealed record PlanUpdated(Guid PlanId, IReadOnlyList<string> UpdatedFields, string StripePriceId);

/// <summary>The body of <c>POST /v1/monetization/subscriptions</c>.</summary>
[Example("""{"plan_id": "01900000-0000-7000-8000-000000000007"}""")]
public sealed record SubscriptionRequest
{
    /// <summary>The plan.</summary>
    public Guid? PlanId { get; init; }

    /// <summary>How to pay. In the sandbox <c>pm_card_visa</c>, which pays, or <c>pm_card_chargeCustomerFail</c>, which does not.</summary>
    public string? PaymentMethod { get; init; }
}

/// <summary>The body of <c>POST /v1/monetization/subscriptions/{id}/renew</c>.</summary>
[Example("""{"payment_method": "pm_card_visa"}""")]
public sealed record RenewalRequest
{
    /// <summary>How to pay; the default if it is not set.</summary>
    public string? PaymentMethod { get; init; }
}

/// <summary>A subscription.</summary>
/// <param name="SubscriptionId">Its id.</param>
/// <param name="SubscriberId">The listener's account.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="PlanName">The plan's name when it was subscribed to.</param>
/// <param name="OwnerId">The account that earns by it.</param>
/// <param name="Status"><c>incomplete</c>, <c>trialing</c>, <c>active</c>, <c>past_due</c> or <c>canceled</c>.</param>
/// <param name="Entitled">Whether it gives access now.</param>
/// <param name="EntitledUntil">Until when it gives access, UTC; null for as long as it is renewed.</param>
/// <param name="PriceCents">The price of an interval, in the currency's smallest unit.</param>
/// <param name="Currency">The currency (ISO 4217).</param>
/// <param name="BillingInterval"><c>month</c> or <c>year</c>.</param>
/// <param name="StripeSubscriptionId">Stripe's id; <c>test_sub</c> in the sandbox.</param>
/// <param name="PeriodEnd">When the next payment is due, UTC.</param>
/// <param name="EndsAt">When it ends because it was canceled, UTC; null if it was not.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
public sealed record SubscriptionResponse(
    Guid SubscriptionId, Guid SubscriberId, Guid PlanId, string PlanName, Guid OwnerId, SubscriptionStatus Status, bool Entitled, DateTimeOffset? EntitledUntil, long PriceCents,
    string Currency, BillingInterval BillingInterval, string StripeSubscriptionId, DateTimeOffset PeriodEnd, DateTimeOffset? EndsAt, DateTimeOffset CreatedAt)
{
    /// <summary>Maps the details that the grain returns.</summary>
    public static SubscriptionResponse From(SubscriptionDetails subscription) => new(
        subscription.SubscriptionId, subscription.SubscriberId, subscription.PlanId, subscription.PlanName, subscription.OwnerId, subscription.Status, subscription.IsEntitled,
        subscription.EntitledUntil, subscription.PriceCents, subscription.Currency, subscription.Interval, subscription.StripeSubscriptionId, subscription.PeriodEnd, subscription.EndsAt,
        subscription.CreatedAt);
}

/// <summary>An invoice.</summary>
/// <param name="InvoiceId">Its id.</param>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="PlanName">The plan's name.</param>
/// <param name="SubscriberId">Who pays.</param>
/// <param name="OwnerId">Who earns.</param>
/// <param name="AmountCents">In the currency's smallest unit.</param>
/// <param name="Currency">The currency (ISO 4217).</param>
/// <param name="Status"><c>open</c>, <c>paid</c> or <c>void</c>.</param>
/// <param name="PeriodStart">The start of what it pays for, UTC.</param>
/// <param name="PeriodEnd">The end of what it pays for, UTC.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="PaidAt">When it was paid, UTC; null if it was not.</param>
public sealed record InvoiceResponse(
    Guid InvoiceId, Guid SubscriptionId, Guid PlanId, string PlanName, Guid SubscriberId, Guid OwnerId, long AmountCents, string Currency, InvoiceStatus Status,
    DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd, DateTimeOffset CreatedAt, DateTimeOffset? PaidAt)
{
    /// <summary>Maps an invoice.</summary>
    public static InvoiceResponse From(InvoiceDetails invoice) => new(
        invoice.InvoiceId, invoice.SubscriptionId, invoice.PlanId, invoice.PlanName, invoice.SubscriberId, invoice.OwnerId, invoice.AmountCents, invoice.Currency, invoice.Status,
        invoice.PeriodStart, invoice.PeriodEnd, invoice.CreatedAt, invoice.PaidAt);
}
