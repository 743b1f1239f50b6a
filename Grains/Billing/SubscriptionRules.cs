using System.Text.Json.Serialization;
using AudioOrleans.Grains.Interfaces.Billing;

namespace AudioOrleans.Grains.Billing;

/// <summary>The stored state of a subscription.</summary>
[GenerateSerializer, Alias("audio.billing.subscription-state")]
public sealed record SubscriptionState
{
    /// <summary>The listener's account.</summary>
    [Id(0)] public Guid SubscriberId { get; init; }

    /// <summary>The plan.</summary>
    [Id(1)] public Guid PlanId { get; init; }

    /// <summary>The account that earns by it.</summary>
    [Id(2)] public Guid OwnerId { get; init; }

    /// <summary>What the subscriber has agreed to.</summary>
    [Id(3)] public SubscriptionTerms Terms { get; init; } = new("", 0, "", default, 0, "");

    /// <summary>How it is billed.</summary>
    [Id(4)] public Billed Billed { get; init; } = new("", default, default, default);

    /// <summary>When it was made, UTC.</summary>
    [Id(5)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The renewal that the subscriber was told of before, UTC; null for none.</summary>
    [Id(6)] public DateTimeOffset? NoticedRenewal { get; init; }

    /// <summary>Whether the next payment comes by itself.</summary>
    [JsonIgnore]
    public bool IsRenewed => Billed is { Status: SubscriptionStatus.Active or SubscriptionStatus.Trialing, EndsAt: null };
}

/// <summary>Decisions about subscriptions that need no runtime.</summary>
public static class SubscriptionRules
{
    private static readonly TimeSpan MonthlyNotice = TimeSpan.FromDays(3);
    private static readonly TimeSpan YearlyNotice = TimeSpan.FromDays(14);

    /// <summary>A new subscription.</summary>
    public static SubscriptionState Start(Subscribe command, PlanDetails plan, Billed billed, DateTimeOffset now) => new()
    {
        SubscriberId = command.SubscriberId, PlanId = command.PlanId, OwnerId = plan.OwnerId, Terms = PlanRules.TermsOf(plan), Billed = billed, CreatedAt = now,
    };

    /// <summary>Until when it gives access, UTC: a time in the past for one that does not; null for as long as it is renewed.</summary>
    public static DateTimeOffset? EntitledUntil(SubscriptionState state, TimeSpan grace) => state.Billed.Status switch
    {
        SubscriptionStatus.Active or SubscriptionStatus.Trialing => state.Billed.EndsAt,
        SubscriptionStatus.PastDue => state.Billed.PastDueSince + grace,
        SubscriptionStatus.Canceled => state.Billed.PastDueSince ?? state.Billed.EndsAt ?? state.CreatedAt,
        _ => state.CreatedAt,
    };

    /// <summary>When the subscriber is to be told of the next payment, UTC; null if there is none, or they have been told.</summary>
    public static DateTimeOffset? NoticeAt(SubscriptionState state)
    {
        var (start, end) = (state.Billed.PeriodStart, state.Billed.PeriodEnd);
        var notice = state.Terms.Interval == BillingInterval.Year ? YearlyNotice : MonthlyNotice;
        // Of a short trial they know anyway.
        return state.IsRenewed && state.NoticedRenewal != end && end - start > notice ? end - notice : null;
    }

    /// <summary>The subscription as its subscriber and the plan's owner see it.</summary>
    public static SubscriptionDetails ToDetails(Guid subscriptionId, SubscriptionState state, TimeSpan grace, DateTimeOffset now)
    {
        var until = EntitledUntil(state, grace);
        return new SubscriptionDetails(
            subscriptionId, state.SubscriberId, state.PlanId, state.Terms.PlanName, state.OwnerId, state.Billed.Status, state.Terms.PriceCents, state.Terms.Currency, state.Terms.Interval,
            state.Billed.StripeId, state.Billed.PeriodEnd, state.Billed.EndsAt, until, until is not { } end || now < end, state.CreatedAt);
    }
}
