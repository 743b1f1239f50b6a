using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;

namespace AudioOrleans.Grains.Billing;

/// <summary>The stored state of a plan.</summary>
[GenerateSerializer, Alias("audio.billing.plan-state")]
public sealed record PlanState
{
    /// <summary>The account that earns by it.</summary>
    [Id(0)] public Guid OwnerId { get; init; }

    /// <summary>Its terms; no field is null.</summary>
    [Id(1)] public PlanFields Fields { get; init; } = new();

    /// <summary>Where the money is taken; null until it is published there.</summary>
    [Id(2)] public PublishedPlan? Published { get; init; }

    /// <summary>Whether it is closed to new subscribers.</summary>
    [Id(3)] public bool Retired { get; init; }

    /// <summary>When it was created, UTC.</summary>
    [Id(4)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Incremented by each change.</summary>
    [Id(5)] public long Revision { get; init; }
}

/// <summary>Validation of plans, and decisions about them that need no runtime.</summary>
public static class PlanRules
{
    private const int LongestName = 100;
    private const int MostFeatures = 20;
    private const int LongestFeature = 200;
    private const int MostCovered = 100;
    private const int LongestTrial = 365;

    /// <summary>Stripe's limit: eight digits.</summary>
    private const long HighestPrice = 99_999_999;

    private static readonly PlanFields Defaults = new() { Interval = BillingInterval.Month, Features = [], Covers = [], TrialDays = 0 };

    private static readonly (string Name, Func<PlanFields, object?> Get)[] Names =
    [
        ("name", fields => fields.Name), ("price_cents", fields => fields.PriceCents), ("currency", fields => fields.Currency), ("billing_interval", fields => fields.Interval),
        ("features", fields => string.Join('\n', fields.Features!.Value)), ("covers", fields => string.Join('\n', fields.Covers!.Value)), ("trial_days", fields => fields.TrialDays),
    ];

    /// <summary>The problems with the values of a new plan, or with those that change.</summary>
    public static ImmutableArray<FieldProblem> Check(PlanFields fields, bool isNew)
    {
        List<FieldProblem?> problems =
        [
            fields.Name is { } name ? FieldRules.Text("name", name, 1, LongestName) : isNew ? Missing("name", "the plan's name") : null,
            fields.PriceCents is { } price
                ? price is > 0 and <= HighestPrice ? null : new FieldProblem("price_cents", $"Expected 1 to {HighestPrice}, in the currency's smallest unit.", FieldCodes.OutOfRange)
                : isNew ? Missing("price_cents", "the price in the currency's smallest unit") : null,
            fields.Currency is { } currency
                ? Currencies.Contains(currency) ? null : new FieldProblem("currency", "Expected a currency such as EUR or USD (ISO 4217).", FieldCodes.UnknownValue)
                : isNew ? Missing("currency", "a currency such as EUR or USD (ISO 4217)") : null,
            fields.TrialDays is { } days ? FieldRules.Number("trial_days", days, 0, LongestTrial) : null,
            fields.Features is { Length: > MostFeatures } many ? new FieldProblem("features", $"Expected at most {MostFeatures} features, got {many.Length}.", FieldCodes.TooMany) : null,
            fields.Covers is { Length: > MostCovered } covers ? new FieldProblem("covers", $"Expected at most {MostCovered} items, got {covers.Length}.", FieldCodes.TooMany) : null,
        ];
        if (fields.Features is { } features)
            problems.AddRange(features.Select((feature, i) => FieldRules.Text($"features[{i}]", feature, 1, LongestFeature)));
        return [.. problems.OfType<FieldProblem>()];
    }

    /// <summary>A new plan.</summary>
    public static PlanState Create(CreatePlan command, DateTimeOffset now) => new() { OwnerId = command.OwnerId, Fields = Merge(Defaults, command.Fields), CreatedAt = now, Revision = 1 };

    /// <summary>The fields after a change.</summary>
    public static PlanFields Merge(PlanFields current, PlanFields changes) => new()
    {
        Name = changes.Name?.Trim() ?? current.Name,
        PriceCents = changes.PriceCents ?? current.PriceCents,
        Currency = changes.Currency ?? current.Currency,
        Interval = changes.Interval ?? current.Interval,
        Features = changes.Features is { } features ? [.. features.Select(feature => feature.Trim())] : current.Features,
        Covers = changes.Covers is { } covers ? [.. covers.Distinct()] : current.Covers,
        TrialDays = changes.TrialDays ?? current.TrialDays,
    };

    /// <summary>The names of the fields that differ.</summary>
    public static ImmutableArray<string> Compare(PlanFields before, PlanFields after) => [.. Names.Where(field => !Equals(field.Get(before), field.Get(after))).Select(field => field.Name)];

    /// <summary>What a subscriber agrees to.</summary>
    public static SubscriptionTerms TermsOf(PlanDetails plan) => new(plan.Name, plan.PriceCents, plan.Currency, plan.Interval, plan.TrialDays, plan.StripePriceId);

    /// <summary>The plan as everybody sees it.</summary>
    public static PlanDetails ToDetails(Guid planId, PlanState state) => new(
        planId, state.OwnerId, state.Fields.Name!, state.Fields.PriceCents!.Value, state.Fields.Currency!, state.Fields.Interval!.Value, state.Fields.Features!.Value,
        state.Fields.Covers!.Value, state.Fields.TrialDays!.Value, state.Published!.ProductId, state.Published.PriceId, state.Retired, state.CreatedAt, state.Revision);

    private static FieldProblem Missing(string field, string expected) => new(field, $"Expected {expected}.", FieldCodes.Required);
}
