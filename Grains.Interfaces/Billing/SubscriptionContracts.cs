namespace AudioOrleans.Grains.Interfaces.Billing;

/// <summary>The state of a subscription, by Stripe's names (https://docs.stripe.com/billing/subscriptions/overview).</summary>
public enum SubscriptionStatus
{
    /// <summary>The first payment has not been made.</summary>
    Incomplete,

    /// <summary>The days before the first payment.</summary>
    Trialing,

    /// <summary>It is paid.</summary>
    Active,

    /// <summary>A renewal could not be paid.</summary>
    PastDue,

    /// <summary>It has ended.</summary>
    Canceled,
}

/// <summary>The state of an invoice.</summary>
public enum InvoiceStatus
{
    /// <summary>It is to be paid.</summary>
    Open,

    /// <summary>It is paid.</summary>
    Paid,

    /// <summary>The subscription ended before it was paid.</summary>
    Void,
}

/// <summary>A request to subscribe.</summary>
/// <param name="SubscriberId">The listener's account.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="PaymentMethod">Stripe's id of a payment method; null for the default.</param>
[GenerateSerializer, Immutable, Alias("audio.billing.subscribe")]
public sealed record Subscribe([property: Id(0)] Guid SubscriberId, [property: Id(1)] Guid PlanId, [property: Id(2)] string? PaymentMethod);

/// <summary>A subscription.</summary>
/// <param name="SubscriptionId">Its id.</param>
/// <param name="SubscriberId">The listener's account.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="PlanName">The plan's name when it was subscribed to.</param>
/// <param name="OwnerId">The account that earns by it.</param>
/// <param name="Status">Its state.</param>
/// <param name="PriceCents">The price of an interval, in the currency's minor unit.</param>
/// <param name="Currency">The currency (ISO 4217).</param>
/// <param name="Interval">How often it is paid.</param>
/// <param name="StripeSubscriptionId">Stripe's id; <c>test_sub</c> in the sandbox.</param>
/// <param name="PeriodEnd">When the next payment is due, UTC.</param>
/// <param name="EndsAt">When it ends because it was canceled, UTC; null if it was not.</param>
/// <param name="EntitledUntil">Until when it gives access, UTC; null for as long as it is renewed.</param>
/// <param name="IsEntitled">Whether it gives access now.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.billing.subscription")]
public sealed record SubscriptionDetails(
    [property: Id(0)] Guid SubscriptionId,
    [property: Id(1)] Guid SubscriberId,
    [property: Id(2)] Guid PlanId,
    [property: Id(3)] string PlanName,
    [property: Id(4)] Guid OwnerId,
    [property: Id(5)] SubscriptionStatus Status,
    [property: Id(6)] long PriceCents,
    [property: Id(7)] string Currency,
    [property: Id(8)] BillingInterval Interval,
    [property: Id(9)] string StripeSubscriptionId,
    [property: Id(10)] DateTimeOffset PeriodEnd,
    [property: Id(11)] DateTimeOffset? EndsAt,
    [property: Id(12)] DateTimeOffset? EntitledUntil,
    [property: Id(13)] bool IsEntitled,
    [property: Id(14)] DateTimeOffset CreatedAt);

/// <summary>An invoice.</summary>
/// <param name="InvoiceId">Its id.</param>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="PlanId">The plan.</param>
/// <param name="PlanName">The plan's name.</param>
/// <param name="SubscriberId">Who pays.</param>
/// <param name="OwnerId">Who earns.</param>
/// <param name="AmountCents">In the currency's minor unit.</param>
/// <param name="Currency">The currency (ISO 4217).</param>
/// <param name="Status">Its state.</param>
/// <param name="PeriodStart">The first moment that it pays for, UTC.</param>
/// <param name="PeriodEnd">The end of what it pays for, UTC.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="PaidAt">When it was paid, UTC; null if it was not.</param>
[GenerateSerializer, Immutable, Alias("audio.billing.invoice")]
public sealed record InvoiceDetails(
    [property: Id(0)] Guid InvoiceId,
    [property: Id(1)] Guid SubscriptionId,
    [property: Id(2)] Guid PlanId,
    [property: Id(3)] string PlanName,
    [property: Id(4)] Guid SubscriberId,
    [property: Id(5)] Guid OwnerId,
    [property: Id(6)] long AmountCents,
    [property: Id(7)] string Currency,
    [property: Id(8)] InvoiceStatus Status,
    [property: Id(9)] DateTimeOffset PeriodStart,
    [property: Id(10)] DateTimeOffset PeriodEnd,
    [property: Id(11)] DateTimeOffset CreatedAt,
    [property: Id(12)] DateTimeOffset? PaidAt);

/// <summary>What one subscription gives, or gave, access to.</summary>
/// <param name="SubscriptionId">The subscription.</param>
/// <param name="OwnerId">The owner of what it covers.</param>
/// <param name="Covers">What it covers; empty for everything of that owner.</param>
/// <param name="Until">Until when, UTC; null for as long as it is renewed. A time in the past for one that has lapsed.</param>
[GenerateSerializer, Immutable, Alias("audio.billing.entitlement")]
public sealed record Entitlement(
    [property: Id(0)] Guid SubscriptionId, [property: Id(1)] Guid OwnerId, [property: Id(2)] ImmutableArray<CoveredResource> Covers, [property: Id(3)] DateTimeOffset? Until)
{
    /// <summary>Whether it covers a resource, now or before.</summary>
    public bool Include(Guid ownerId, CoveredResource resource) => OwnerId == ownerId && (Covers.IsEmpty || Covers.Contains(resource));

    /// <summary>Whether it gives access now.</summary>
    public bool IsCurrent(DateTimeOffset now) => Until is not { } end || now < end;
}

/// <summary>All subscriptions of an account that give or gave access to something, the newest first.</summary>
/// <param name="All">The entitlements.</param>
[GenerateSerializer, Immutable, Alias("audio.billing.entitlements")]
public sealed record Entitlements([property: Id(0)] ImmutableArray<Entitlement> All)
{
    /// <summary>The best entitlement to a resource: one that gives access now, otherwise the newest that did; null for none.</summary>
    public Entitlement? Find(Guid ownerId, CoveredResource resource, DateTimeOffset now)
    {
        Entitlement? lapsed = null;
        foreach (var one in All)
        {
            if (!one.Include(ownerId, resource))
                continue;
            if (one.IsCurrent(now))
                return one;
            lapsed ??= one;
        }
        return lapsed;
    }
}
