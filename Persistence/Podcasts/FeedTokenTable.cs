using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Podcasts;

/// <summary>A row of <c>feed_tokens</c>.</summary>
public sealed record FeedTokenRow(Guid TokenId, Guid PodcastId, Guid AccountId, DateTime CreatedAt);

/// <summary>A token and what used it in a period.</summary>
public sealed record FeedTokenUseRow
{
    /// <summary>The subscriber's account.</summary>
    public required Guid AccountId { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When it was last used, UTC; null for never.</summary>
    public DateTime? LastUsedAt { get; init; }

    /// <summary>The networks that used it, most active first.</summary>
    public required string[] Networks { get; init; }

    /// <summary>The apps that used it, most active first.</summary>
    public required string[] Apps { get; init; }
}

/// <summary>A use of a token.</summary>
/// <param name="TokenId">The token.</param>
/// <param name="Network">The client's network.</param>
/// <param name="App">The client's app.</param>
/// <param name="At">When, UTC.</param>
public sealed record FeedTokenUsed(Guid TokenId, string Network, string App, DateTime At);

/// <summary>The SQL of feed tokens.</summary>
public sealed class FeedTokenTable(AudioDatabase database)
{
    private const string Columns = "token_id, podcast_id, account_id, created_at";

    /// <summary>The account's token for a podcast; the wanted one if there is none, or if it replaces the existing one.</summary>
    /// <exception cref="ReferencedRowException">There is no such podcast.</exception>
    public static async Task<FeedTokenRow> IssueAsync(NpgsqlTransaction transaction, FeedTokenRow wanted, bool rotate, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        if (rotate)
            await RevokeAsync(transaction, wanted.PodcastId, wanted.AccountId, cancellationToken);
        return await connection.QuerySingleAsync<FeedTokenRow>(new CommandDefinition(
            $"""
            insert into feed_tokens ({Columns}) values (@TokenId, @PodcastId, @AccountId, @CreatedAt)
            on conflict (podcast_id, account_id) do update set account_id = excluded.account_id returning {Columns}
            """,
            wanted, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Revokes the account's token for a podcast.</summary>
    /// <returns>False if there was none.</returns>
    public static async Task<bool> RevokeAsync(NpgsqlTransaction transaction, Guid podcastId, Guid accountId, CancellationToken cancellationToken) =>
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "delete from feed_tokens where podcast_id = @podcastId and account_id = @accountId", new { podcastId, accountId }, transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>A token by its id; null for none.</summary>
    public Task<FeedTokenRow?> FindAsync(Guid tokenId, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.QuerySingleOrDefaultAsync<FeedTokenRow?>(new CommandDefinition(
            $"select {Columns} from feed_tokens where token_id = @tokenId", new { tokenId }, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>Adds uses; those of tokens that were revoked meanwhile are dropped.</summary>
    public Task CountAsync(IReadOnlyCollection<FeedTokenUsed> uses, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            """
            with used as (
                select t.token_id, u.network, u.app, u.at
                from unnest(@tokenIds, @networks, @apps, @times) as u (token_id, network, app, at) join feed_tokens t using (token_id)),
            touched as (
                update feed_tokens t set last_used_at = greatest(t.last_used_at, u.at)
                from (select token_id, max(at) as at from used group by token_id order by token_id) u where u.token_id = t.token_id)
            insert into feed_token_uses (token_id, day, network, app, requests)
            select token_id, (at at time zone 'utc')::date, network, app, count(*) from used group by 1, 2, 3, 4 order by 1, 2, 3, 4
            on conflict (token_id, day, network, app) do update set requests = feed_token_uses.requests + excluded.requests
            """,
            new
            {
                tokenIds = uses.Select(use => use.TokenId).ToArray(),
                networks = uses.Select(use => use.Network).ToArray(),
                apps = uses.Select(use => use.App).ToArray(),
                times = uses.Select(use => use.At).ToArray(),
            },
            cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>The tokens of a podcast, newest first, with the networks and apps that used them since a day, most active first.</summary>
    public Task<IReadOnlyList<FeedTokenUseRow>> ListAsync(
        Guid podcastId, DateOnly since, (DateTime CreatedAt, Guid AccountId)? after, int limit, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<FeedTokenUseRow>>(
        async connection => (await connection.QueryAsync<FeedTokenUseRow>(new CommandDefinition(
            """
            select account_id, created_at, last_used_at,
                array(select network from feed_token_uses u where u.token_id = t.token_id and day >= @since::date group by network order by sum(requests) desc, network limit 50) as networks,
                array(select app from feed_token_uses u where u.token_id = t.token_id and day >= @since::date group by app order by sum(requests) desc, app limit 50) as apps
            from feed_tokens t
            where podcast_id = @podcastId and (@AfterTime::timestamptz is null or (created_at, account_id) < (@AfterTime, @AfterId))
            order by created_at desc, account_id desc limit @limit
            """,
            new { podcastId, since = since.ToDateTime(default), AfterTime = after?.CreatedAt, AfterId = after?.AccountId, limit }, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);

    /// <summary>Deletes uses before a day.</summary>
    public Task<int> DeleteBeforeAsync(DateOnly day, int most, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            "delete from feed_token_uses where ctid in (select ctid from feed_token_uses where day < @day::date limit @most)",
            new { day = day.ToDateTime(default), most }, cancellationToken: cancellationToken)),
        cancellationToken);
}
