using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Persistence.Domains;

namespace AudioOrleans.Grains.Domains;

/// <inheritdoc cref="IDomainCatalogGrain"/>
[StatelessWorker, GrainType("domain-catalog")]
public sealed class DomainCatalogGrain(DomainTables tables, DomainCertificates certificates) : Grain, IDomainCatalogGrain
{
    private const int MostChanges = 5000;

    /// <inheritdoc/>
    public async Task<Page<DomainListItem>> List(Caller caller, PageRequest page)
    {
        var after = Cursor.ParseTimeAndId(page.Cursor);
        var rows = await tables.ListAsync(caller.IsAdmin ? null : caller.UserId ?? Guid.Empty, after, page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(rows, page.Limit, ToItem, row => Cursor.Format(row.CreatedAt.Ticks, row.DomainId));
    }

    /// <inheritdoc/>
    public async Task<HostChanges> GetChanges(long after)
    {
        var rows = await tables.ListChangesAsync(after, MostChanges, CancellationToken.None);
        return new HostChanges(rows.Count > 0 ? rows[^1].Version : after, [.. rows.Select(ToHost)], rows.Count == MostChanges);
    }

    /// <inheritdoc/>
    public async Task<ServedHost?> FindHost(string host) => await tables.FindHostAsync(host, CancellationToken.None) is { } row ? ToHost(row) : null;

    /// <inheritdoc/>
    public Task<IssuedCertificate?> FindCertificate(string host) => certificates.FindAsync(host, CancellationToken.None);

    private static ServedHost ToHost(DomainHostRow row) => new(row.Host, row.DomainId, row.PodcastId, row.Certificate);

    private static DomainListItem ToItem(DomainRow row) => new(
        row.DomainId, row.OwnerId, row.Host, row.PodcastId, Enum.Parse<VerificationStatus>(row.VerificationStatus, ignoreCase: true),
        Enum.Parse<TlsStatus>(row.TlsStatus, ignoreCase: true), row.CreatedAt);
}
