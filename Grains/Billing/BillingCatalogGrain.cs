using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;
using AudioOrleans.Persistence.Billing;

namespace AudioOrleans.Grains.Billing;

/// <inheritdoc cref="IBillingCatalogGrain"/>
[StatelessWorker, GrainType("billing-catalog")]
public sealed class BillingCatalogGrain(BillingTables tables, TimeProvider time) : Grain, IBillingCatalogGrain
{
    /// <summary>Of the subscriptions of an account, those that give access come first.</summary>
    private const int MostEntitlements = 200;

    /// <inheritdoc/>
    public async Task<Page<PlanDetails>> ListPlans(Guid? ownerId, PageRequest page)
    {
        var rows = await tables.ListPlansAsync(ownerId, Cursor.ParseTimeAndId(page.Cursor), page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(rows, page.Limit, BillingRows.ToPlan, row => Cursor.Format(row.CreatedAt.Ticks, row.PlanId));
    }

    /// <inheritdoc/>
    public async Task<Page<SubscriptionDetails>> ListSubscriptions(Guid subscriberId, PageRequest page)
    {
        var (rows, now) = (await tables.ListSubscriptionsAsync(subscriberId, Cursor.ParseTimeAndId(page.Cursor), page.Limit + 1, CancellationToken.None), time.GetUtcNow());
        return Cursor.Paginate(rows, page.Limit, row => BillingRows.ToSubscription(row, now), row => Cursor.Format(row.CreatedAt.Ticks, row.SubscriptionId));
    }

    /// <inheritdoc/>
    public async Task<Page<InvoiceDetails>> ListInvoices(Caller caller, PageRequest page)
    {
        var rows = await tables.ListInvoicesAsync(caller.IsAdmin ? null : caller.UserId ?? Guid.Empty, Cursor.ParseTimeAndId(page.Cursor), page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(rows, page.Limit, BillingRows.ToInvoice, row => Cursor.Format(row.CreatedAt.Ticks, row.InvoiceId));
    }

    /// <inheritdoc/>
    public async Task<Entitlements> FindEntitlements(Guid accountId) =>
        new([.. (await tables.ListEntitlementsAsync(accountId, MostEntitlements, CancellationToken.None)).Select(BillingRows.ToEntitlement)]);
}
