using System.Text.Json;
using System.Text.Json.Serialization;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;
using AudioOrleans.Persistence.Billing;
using AudioOrleans.Persistence.GrainStates;
using Npgsql;

namespace AudioOrleans.Grains.Billing;

/// <summary>Maps plans, subscriptions and invoices to their rows and back.</summary>
internal static class BillingRows
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false) } };

    public static PlanRow Of(PlanDetails plan) => new(
        plan.PlanId, plan.OwnerId, plan.Name, plan.PriceCents, plan.Currency, NameOf(plan.Interval), JsonSerializer.Serialize(plan.Features, Json), JsonSerializer.Serialize(plan.Covers, Json),
        plan.TrialDays, plan.StripeProductId, plan.StripePriceId, plan.Retired, plan.CreatedAt.UtcDateTime);

    public static PlanDetails ToPlan(PlanRow row) => new(
        row.PlanId, row.OwnerId, row.Name, row.PriceCents, row.Currency, Parse<BillingInterval>(row.BillingInterval), JsonSerializer.Deserialize<ImmutableArray<string>>(row.Features, Json),
        ToCovers(row.Covers), row.TrialDays, row.StripeProductId, row.StripePriceId, row.Retired, row.CreatedAt);

    public static SubscriptionRow Of(Guid subscriptionId, SubscriptionState state, TimeSpan grace) => new(
        subscriptionId, state.SubscriberId, state.PlanId, state.Terms.PlanName, state.OwnerId, NameOf(state.Billed.Status), state.Terms.PriceCents, state.Terms.Currency,
        NameOf(state.Terms.Interval), state.Billed.StripeId, state.Billed.PeriodEnd.UtcDateTime, state.Billed.EndsAt?.UtcDateTime,
        SubscriptionRules.EntitledUntil(state, grace)?.UtcDateTime, state.CreatedAt.UtcDateTime);

    public static SubscriptionDetails ToSubscription(SubscriptionRow row, DateTimeOffset now) => new(
        row.SubscriptionId, row.SubscriberId, row.PlanId, row.PlanName, row.OwnerId, Parse<SubscriptionStatus>(row.Status), row.PriceCents, row.Currency,
        Parse<BillingInterval>(row.BillingInterval), row.StripeSubscriptionId, row.PeriodEnd, row.EndsAt, row.EntitledUntil, row.EntitledUntil is not { } end || now < end, row.CreatedAt);

    public static InvoiceRow Of(Guid subscriptionId, SubscriptionState state, BilledInvoice invoice) => new(
        invoice.InvoiceId, subscriptionId, state.PlanId, state.Terms.PlanName, state.SubscriberId, state.OwnerId, state.Terms.PriceCents, state.Terms.Currency, NameOf(invoice.Status),
        invoice.PeriodStart.UtcDateTime, invoice.PeriodEnd.UtcDateTime, invoice.At.UtcDateTime, invoice.Status == InvoiceStatus.Paid ? invoice.At.UtcDateTime : null);

    public static InvoiceDetails ToInvoice(InvoiceRow row) => new(
        row.InvoiceId, row.SubscriptionId, row.PlanId, row.PlanName, row.SubscriberId, row.OwnerId, row.AmountCents, row.Currency, Parse<InvoiceStatus>(row.Status), row.PeriodStart,
        row.PeriodEnd, row.CreatedAt, row.PaidAt);

    public static Entitlement ToEntitlement(EntitlementRow row) => new(row.SubscriptionId, row.OwnerId, ToCovers(row.Covers), row.EntitledUntil);

    private static ImmutableArray<CoveredResource> ToCovers(string json) => JsonSerializer.Deserialize<ImmutableArray<CoveredResource>>(json, Json);

    private static string NameOf<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static T Parse<T>(string name) where T : struct, Enum => Enum.Parse<T>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);
}

/// <summary>Writes an invoice in the transaction of its subscription.</summary>
internal sealed record InvoiceEffect(InvoiceRow Row) : IStateEffect
{
    /// <inheritdoc/>
    public async ValueTask ApplyAsync(StateWrite write) => await BillingTables.WriteAsync(write.Transaction, Row, write.CancellationToken);
}

/// <summary>Updates the table of plans with their states.</summary>
public sealed class PlanProjection : IStateProjection<PlanState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, PlanState state, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await BillingTables.WriteAsync(transaction, BillingRows.Of(PlanRules.ToDetails(GrainKeys.ParseId(grain.Key.ToString()!), state)), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await BillingTables.RemovePlanAsync(transaction, GrainKeys.ParseId(grain.Key.ToString()!), cancellationToken);
}

/// <summary>Updates the table of subscriptions with their states.</summary>
public sealed class SubscriptionProjection(BillingOptions options) : IStateProjection<SubscriptionState>
{
    /// <inheritdoc/>
    public async ValueTask ProjectAsync(GrainId grain, SubscriptionState state, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await BillingTables.WriteAsync(transaction, BillingRows.Of(GrainKeys.ParseId(grain.Key.ToString()!), state, options.Grace), cancellationToken);

    /// <inheritdoc/>
    public async ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        await BillingTables.RemoveSubscriptionAsync(transaction, GrainKeys.ParseId(grain.Key.ToString()!), cancellationToken);
}
