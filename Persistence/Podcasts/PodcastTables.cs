using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Podcasts;

/// <summary>The SQL of podcasts: projections of their states, and queries for lists.</summary>
public sealed class PodcastTables(AudioDatabase database)
{
    private const string Columns = "podcast_id, owner_id, title, description, language, author, visibility, monetized, episode_count, created_at, updated_at, cover_version, cover_pixels";

    /// <summary>Writes a podcast's row and the uploads that it uses, in the state's transaction.</summary>
    /// <exception cref="ReferencedRowException">One of the uploads does not exist.</exception>
    public static async Task WriteAsync(NpgsqlTransaction transaction, PodcastRow podcast, Guid[] uploadIds, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            insert into podcasts ({Columns})
            values (@PodcastId, @OwnerId, @Title, @Description, @Language, @Author, @Visibility, @Monetized, @EpisodeCount, @CreatedAt, @UpdatedAt, @CoverVersion, @CoverPixels)
            on conflict (podcast_id) do update set
                title = excluded.title, description = excluded.description, language = excluded.language, author = excluded.author,
                visibility = excluded.visibility, monetized = excluded.monetized, episode_count = excluded.episode_count, updated_at = excluded.updated_at,
                cover_version = excluded.cover_version, cover_pixels = excluded.cover_pixels
            """, podcast, transaction, cancellationToken: cancellationToken));
        // Always in the same order: two podcasts that take the same uploads concurrently must not deadlock.
        await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from podcast_uploads where podcast_id = @PodcastId and not (upload_id = any(@uploadIds));
            insert into podcast_uploads (podcast_id, upload_id)
            select @PodcastId, upload_id from unnest(@uploadIds) as upload_id order by upload_id on conflict do nothing;
            """,
            new { podcast.PodcastId, uploadIds }, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Removes a podcast's rows, inside the state's transaction.</summary>
    public static Task RemoveAsync(NpgsqlTransaction transaction, Guid podcastId, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "delete from podcasts where podcast_id = @podcastId", new { podcastId }, transaction, cancellationToken: cancellationToken));

    /// <summary>Whether podcasts use an upload. Waits for a transaction that is writing the upload, so that one of the two sees the other.</summary>
    public static Task<bool> IsUsedAsync(NpgsqlTransaction transaction, Guid uploadId, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select exists (select from podcast_uploads p where p.upload_id = u.upload_id) from uploads u where u.upload_id = @uploadId for share",
            new { uploadId }, transaction, cancellationToken: cancellationToken));

    /// <summary>The podcasts that use an upload.</summary>
    public Task<IReadOnlyList<Guid>> ListUsingAsync(Guid uploadId, CancellationToken cancellationToken) =>
        QueryAsync<Guid>("select podcast_id from podcast_uploads where upload_id = @uploadId", new { uploadId }, cancellationToken);

    /// <summary>Public podcasts of enabled accounts and those of this owner, or the latter only, newest first; all of them for an admin.</summary>
    public Task<IReadOnlyList<PodcastRow>> ListAsync(Guid? ownerId, bool all, bool ownOnly, (DateTime CreatedAt, Guid PodcastId)? after, int limit, CancellationToken cancellationToken) =>
        QueryAsync<PodcastRow>(
            $"""
            select {Columns}, coalesce((select slug from slugs where noun = 'podcast' and id = p.podcast_id and is_current), '') as slug from podcasts p
            where (owner_id = @ownerId or (@all and not @ownOnly)
                or (not @ownOnly and visibility = 'public' and not exists (select from accounts a where a.user_id = p.owner_id and a.disabled)))
              and (@AfterTime::timestamptz is null or (created_at, podcast_id) < (@AfterTime, @AfterId))
            order by created_at desc, podcast_id desc limit @limit
            """,
            new { ownerId, all, ownOnly, AfterTime = after?.CreatedAt, AfterId = after?.PodcastId, limit }, cancellationToken);

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<T>>(
        async connection => (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);
}

/// <summary>A podcast in the table <c>podcasts</c>.</summary>
public sealed record PodcastRow
{
    /// <summary>The podcast.</summary>
    public required Guid PodcastId { get; init; }

    /// <summary>Its owner's account.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>Its description; may be empty.</summary>
    public required string Description { get; init; }

    /// <summary>Its language (BCP 47).</summary>
    public required string Language { get; init; }

    /// <summary>Who makes it; may be empty.</summary>
    public required string Author { get; init; }

    /// <summary><c>public</c>, <c>members</c> or <c>private</c>.</summary>
    public required string Visibility { get; init; }

    /// <summary>Whether all of its episodes need a subscription.</summary>
    public required bool Monetized { get; init; }

    /// <summary>How many episodes it has, drafts included.</summary>
    public required int EpisodeCount { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When its owner last changed it or one of its episodes, UTC.</summary>
    public required DateTime UpdatedAt { get; init; }

    /// <summary>Identifies the pictures of its cover; null for none.</summary>
    public Guid? CoverVersion { get; init; }

    /// <summary>The edge of the largest picture, in pixels; null for none.</summary>
    public int? CoverPixels { get; init; }

    /// <summary>Its current slug; read only.</summary>
    public string Slug { get; init; } = "";
}
