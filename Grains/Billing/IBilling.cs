using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;

namespace AudioOrleans.Grains.Billing;

/// <summary>Who takes the money: Stripe, or a sandbox with the same states.</summary>
public interface IBilling
{
    /// <summary>Publishes a plan: its product, and a price for its current terms. A price never changes; a new one replaces it.</summary>
    /// <param name="planId">The plan.</param>
    /// <param name="fields">Its terms.</param>
    /// <param name="current">What is published now; null for nothing.</param>
    Task<PublishedPlan> PublishAsync(Guid planId, PlanFields fields, PublishedPlan? current);

    /// <summary>Closes a plan to new subscribers.</summary>
    Task RetireAsync(PublishedPlan plan);

    /// <summary>Starts to bill a subscription.</summary>
    /// <exception cref="AudioException">Invalid: the payment method.</exception>
    Task<BilledSubscription> StartAsync(Guid subscriptionId, SubscriptionTerms terms, string? paymentMethod);

    /// <summary>What has become of a subscription: payments that were due, retries, its end.</summary>
    Task<BilledSubscription> RefreshAsync(Guid subscriptionId, SubscriptionState state);

    /// <summary>When something happens to a subscription that nobody tells of, UTC: <see cref="RefreshAsync"/> is called then. Null for never.</summary>
    DateTimeOffset? NextEvent(Billed billed);

    /// <summary>Pays what is open, takes back a cancellation, or starts an ended subscription again.</summary>
    /// <exception cref="AudioException">Invalid: the payment method.</exception>
    Task<BilledSubscription> RenewAsync(Guid subscriptionId, SubscriptionState state, string? paymentMethod);

    /// <summary>Ends a subscription when what is paid ends, at once if nothing is paid.</summary>
    Task<BilledSubscription> CancelAsync(Guid subscriptionId, SubscriptionState state);
}

/// <summary>A plan where the money is taken.</summary>
/// <param name="ProductId">Its product.</param>
/// <param name="PriceId">Its current price.</param>
[GenerateSerializer, Immutable, Alias("audio.billing.published-plan")]
public sealed record PublishedPlan([property: Id(0)] string ProductId, [property: Id(1)] string PriceId);

/// <summary>What a subscriber has agreed to; later changes of the plan's price do not concern them.</summary>
/// <param name="PlanName">The plan's name.</param>
/// <param name="PriceCents">The price of an interval, in the currency's minor unit.</param>
/// <param name="Currency">The currency (ISO 4217).</param>
/// <param name="Interval">How often it is paid.</param>
/// <param name="TrialDays">The days before the first payment.</param>
/// <param name="PriceId">The price where the money is taken.</param>
[GenerateSerializer, Immutable, Alias("audio.billing.terms")]
public sealed record SubscriptionTerms(
    [property: Id(0)] string PlanName,
    [property: Id(1)] long PriceCents,
    [property: Id(2)] string Currency,
    [property: Id(3)] BillingInterval Interval,
    [property: Id(4)] int TrialDays,
    [property: Id(5)] string PriceId);

/// <summary>A subscription as it is billed.</summary>
/// <param name="StripeId">Stripe's id of it.</param>
/// <param name="Status">Its state.</param>
/// <param name="PeriodStart">The start of the period that is paid, or to be paid, UTC.</param>
/// <param name="PeriodEnd">The end of that period, UTC.</param>
/// <param name="EndsAt">When it ends, or ended, UTC; null if it is renewed.</param>
/// <param name="PastDueSince">Since when a payment is missing, UTC; null if none is.</param>
/// <param name="Failures">How often that payment has failed.</param>
/// <param name="PaymentMethod">What it is paid by; null for the default.</param>
[GenerateSerializer, Immutable, Alias("audio.billing.billed")]
public sealed record Billed(
    [property: Id(0)] string StripeId,
    [property: Id(1)] SubscriptionStatus Status,
    [property: Id(2)] DateTimeOffset PeriodStart,
    [property: Id(3)] DateTimeOffset PeriodEnd,
    [property: Id(4)] DateTimeOffset? EndsAt = null,
    [property: Id(5)] DateTimeOffset? PastDueSince = null,
    [property: Id(6)] int Failures = 0,
    [property: Id(7)] string? PaymentMethod = null);

/// <summary>A subscription as it is billed, with the invoices that are new or have changed.</summary>
/// <param name="Now">The subscription.</param>
/// <param name="Invoices">The invoices.</param>
public sealed record BilledSubscription(Billed Now, ImmutableArray<BilledInvoice> Invoices);

/// <summary>An invoice of a subscription.</summary>
/// <param name="InvoiceId">Its id, the same for the same period.</param>
/// <param name="Status">Its state.</param>
/// <param name="PeriodStart">The start of what it pays for, UTC.</param>
/// <param name="PeriodEnd">The end of what it pays for, UTC.</param>
/// <param name="At">When it was made or paid, UTC.</param>
public sealed record BilledInvoice(Guid InvoiceId, InvoiceStatus Status, DateTimeOffset PeriodStart, DateTimeOffset PeriodEnd, DateTimeOffset At);
