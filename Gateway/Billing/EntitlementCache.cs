using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;

namespace AudioOrleans.Gateway.Billing;

/// <summary>Caches what accounts have subscribed to, for so short that what ends is heard of within seconds.</summary>
public sealed class EntitlementCache(IGrainFactory grains, TimeProvider time) : RefreshingCache<Guid, Entitlements>(time, fresh: TimeSpan.FromSeconds(1), usable: TimeSpan.FromSeconds(2))
{
    /// <summary>The best entitlement of an account to a resource: one that gives access now, otherwise the newest that did; null for none.</summary>
    public async ValueTask<Entitlement?> FindAsync(Guid accountId, Guid ownerId, CoveredResource resource) => (await FindAsync(accountId))?.Find(ownerId, resource, Time.GetUtcNow());

    /// <summary>Whether an entitlement gives access now.</summary>
    public bool IsCurrent(Entitlement entitlement) => entitlement.IsCurrent(Time.GetUtcNow());

    /// <inheritdoc/>
    protected override async Task<Entitlements?> AskAsync(Guid accountId, Entitlements? last) => await grains.GetGrain<IBillingCatalogGrain>(GrainKeys.Shared).FindEntitlements(accountId);
}
