namespace AudioOrleans.Grains.Interfaces.Billing;

/// <summary>How often a subscription is paid.</summary>
public enum BillingInterval
{
    /// <summary>Each month.</summary>
    Month,

    /// <summary>Each year.</summary>
    Year,
}

/// <summary>The kinds of what a plan can cover.</summary>
public enum CoveredKind
{
    /// <summary>A live stream.</summary>
    Stream,

    /// <summary>A playlist.</summary>
    Playlist,

    /// <summary>A podcast with all its episodes.</summary>
    Podcast,
}

/// <summary>Something that a plan covers.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Id">Its id.</param>
[GenerateSerializer, Immutable, Alias("audio.billing.covered")]
public readonly record struct CoveredResource([property: Id(0)] CoveredKind Kind, [property: Id(1)] Guid Id);

/// <summary>What the owner of a plan sets. Null leaves a field as it is.</summary>
[GenerateSerializer, Immutable, Alias("audio.billing.plan-fields")]
public sealed record PlanFields
{
    /// <summary>The name that listeners see.</summary>
    [Id(0)] public string? Name { get; init; }

    /// <summary>The price of an interval, in the currency's minor unit, such as cents.</summary>
    [Id(1)] public long? PriceCents { get; init; }

    /// <summary>The currency, in capitals (ISO 4217).</summary>
    [Id(2)] public string? Currency { get; init; }

    /// <summary>How often it is paid.</summary>
    [Id(3)] public BillingInterval? Interval { get; init; }

    /// <summary>What subscribers get, in words.</summary>
    [Id(4)] public ImmutableArray<string>? Features { get; init; }

    /// <summary>What the plan covers; empty for everything of its owner.</summary>
    [Id(5)] public ImmutableArray<CoveredResource>? Covers { get; init; }

    /// <summary>The days before the first payment.</summary>
    [Id(6)] public int? TrialDays { get; init; }
}

/// <summary>A request to create a plan.</summary>
/// <param name="OwnerId">The owner's account.</param>
/// <param name="Fields">The plan.</param>
[GenerateSerializer, Immutable, Alias("audio.billing.create-plan")]
public sealed record CreatePlan([property: Id(0)] Guid OwnerId, [property: Id(1)] PlanFields Fields);

/// <summary>The result of a request to create or change a plan.</summary>
/// <param name="Details">Success: the plan.</param>
/// <param name="UpdatedFields">The fields whose values changed.</param>
/// <param name="Problems">The request is invalid: the fields and what was expected.</param>
[GenerateSerializer, Immutable, Alias("audio.billing.plan-outcome")]
public sealed record PlanOutcome([property: Id(0)] PlanDetails? Details, [property: Id(1)] ImmutableArray<string> UpdatedFields, [property: Id(2)] ImmutableArray<FieldProblem> Problems);

/// <summary>A plan that listeners can subscribe to.</summary>
/// <param name="PlanId">Its id.</param>
/// <param name="OwnerId">The account that earns by it.</param>
/// <param name="Name">Its name.</param>
/// <param name="PriceCents">The price of an interval, in the currency's minor unit.</param>
/// <param name="Currency">The currency (ISO 4217).</param>
/// <param name="Interval">How often it is paid.</param>
/// <param name="Features">What subscribers get, in words.</param>
/// <param name="Covers">What it covers; empty for everything of its owner.</param>
/// <param name="TrialDays">The days before the first payment.</param>
/// <param name="StripeProductId">Stripe's product; <c>test_prod</c> in the sandbox.</param>
/// <param name="StripePriceId">Stripe's current price; <c>test_price</c> in the sandbox.</param>
/// <param name="Retired">Whether it is closed to new subscribers.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="Revision">Incremented by each change; 0 in lists.</param>
[GenerateSerializer, Immutable, Alias("audio.billing.plan")]
public sealed record PlanDetails(
    [property: Id(0)] Guid PlanId,
    [property: Id(1)] Guid OwnerId,
    [property: Id(2)] string Name,
    [property: Id(3)] long PriceCents,
    [property: Id(4)] string Currency,
    [property: Id(5)] BillingInterval Interval,
    [property: Id(6)] ImmutableArray<string> Features,
    [property: Id(7)] ImmutableArray<CoveredResource> Covers,
    [property: Id(8)] int TrialDays,
    [property: Id(9)] string StripeProductId,
    [property: Id(10)] string StripePriceId,
    [property: Id(11)] bool Retired,
    [property: Id(12)] DateTimeOffset CreatedAt,
    [property: Id(13)] long Revision = 0);
