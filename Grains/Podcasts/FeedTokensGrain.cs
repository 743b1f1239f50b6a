using System.Net;
using System.Security.Cryptography;
using AudioOrleans.Grains.Audit;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Operations;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Podcasts;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Podcasts;

/// <inheritdoc cref="IFeedTokensGrain"/>
/// <remarks>The secret of a token is derived from the master key and the token's id: the database alone gives access to no feed.</remarks>
[StatelessWorker, GrainType("feed-tokens")]
public sealed class FeedTokensGrain(AudioDatabase database, FeedTokenTable table, OperationLog operations, AuditTrail trail, MasterKey master, TimeProvider time) : Grain, IFeedTokensGrain
{
    private const int ShownDays = 30;

    private readonly byte[] _key = master.Derive("feed-token");

    /// <inheritdoc/>
    public Task<FeedToken> Issue(Guid podcastId, Guid accountId, bool rotate) => database.InTransactionAsync(async transaction =>
    {
        await operations.EnterAsync(transaction);
        var wanted = new FeedTokenRow(Guid.NewGuid(), podcastId, accountId, time.GetUtcNow().UtcDateTime);
        var issued = await FeedTokenTable.IssueAsync(transaction, wanted, rotate, CancellationToken.None);
        await trail.EnterAsync(GrainKeys.Podcast(podcastId), transaction, CancellationToken.None);
        return ToToken(issued);
    });

    /// <inheritdoc/>
    public async Task<FeedToken?> Find(Guid tokenId) => await table.FindAsync(tokenId, CancellationToken.None) is { } row ? ToToken(row) : null;

    /// <inheritdoc/>
    public Task<bool> Revoke(Guid podcastId, Guid accountId) => database.InTransactionAsync(async transaction =>
    {
        await operations.EnterAsync(transaction);
        var isRevoked = await FeedTokenTable.RevokeAsync(transaction, podcastId, accountId, CancellationToken.None);
        await trail.EnterAsync(GrainKeys.Podcast(podcastId), transaction, CancellationToken.None);
        return isRevoked;
    });

    /// <inheritdoc/>
    public Task CountUses(ImmutableArray<FeedTokenRequest> uses) => table.CountAsync(
        [.. uses.Select(use => new FeedTokenUsed(use.TokenId, Networks.Of(IPAddress.Parse(use.Address), ipv4Bits: 24, ipv6Bits: 48).ToString(), UserAgents.Find(use.UserAgent).App, use.At.UtcDateTime))],
        CancellationToken.None);

    /// <inheritdoc/>
    public async Task<Page<FeedTokenUse>> List(Guid podcastId, PageRequest page)
    {
        var since = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime.AddDays(-ShownDays));
        var rows = await table.ListAsync(podcastId, since, Cursor.ParseTimeAndId(page.Cursor), page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(
            rows, page.Limit, row => new FeedTokenUse(row.AccountId, row.CreatedAt, row.LastUsedAt, [.. row.Networks], [.. row.Apps]), row => Cursor.Format(row.CreatedAt.Ticks, row.AccountId));
    }

    private FeedToken ToToken(FeedTokenRow row) => new(
        row.TokenId, row.PodcastId, row.AccountId, new Secret(Convert.ToHexStringLower(HMACSHA256.HashData(_key, row.TokenId.ToByteArray()))), row.CreatedAt);
}
