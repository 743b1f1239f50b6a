using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Playlists;

/// <summary>The SQL of playlists: projections of their states, queries for lists, and plays.</summary>
public sealed class PlaylistTables(AudioDatabase database)
{
    private const string Columns = "playlist_id, owner_id, title, description, visibility, monetized, track_count, duration_ms, created_at, updated_at, revision, cover_version, cover_pixels";

    /// <summary>Writes a playlist's row and the uploads and external addresses that it uses, in the state's transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="playlist">The row.</param>
    /// <param name="uploadIds">Its uploads, each once.</param>
    /// <param name="externalKeys">The grain keys of its external addresses, each once.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    /// <exception cref="ReferencedRowException">One of the uploads does not exist.</exception>
    public static async Task WriteAsync(NpgsqlTransaction transaction, PlaylistRow playlist, Guid[] uploadIds, string[] externalKeys, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        await connection.ExecuteAsync(new CommandDefinition(
            $"""
            insert into playlists ({Columns})
            values (@PlaylistId, @OwnerId, @Title, @Description, @Visibility, @Monetized, @TrackCount, @DurationMs, @CreatedAt, @UpdatedAt, @Revision, @CoverVersion, @CoverPixels)
            on conflict (playlist_id) do update set
                title = excluded.title, description = excluded.description, visibility = excluded.visibility, monetized = excluded.monetized,
                track_count = excluded.track_count, duration_ms = excluded.duration_ms, updated_at = excluded.updated_at, revision = excluded.revision,
                cover_version = excluded.cover_version, cover_pixels = excluded.cover_pixels
            """, playlist, transaction, cancellationToken: cancellationToken));
        // Always in the same order: two playlists that take the same uploads concurrently must not deadlock.
        await connection.ExecuteAsync(new CommandDefinition(
            """
            delete from playlist_uploads where playlist_id = @PlaylistId and not (upload_id = any(@uploadIds));
            insert into playlist_uploads (playlist_id, upload_id)
            select @PlaylistId, upload_id from unnest(@uploadIds) as upload_id order by upload_id on conflict do nothing;
            delete from playlist_externals where playlist_id = @PlaylistId and not (external_key = any(@externalKeys));
            insert into playlist_externals (playlist_id, external_key)
            select @PlaylistId, external_key from unnest(@externalKeys) as external_key on conflict do nothing;
            """,
            new { playlist.PlaylistId, uploadIds, externalKeys }, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Removes a playlist's rows, inside the state's transaction.</summary>
    public static Task RemoveAsync(NpgsqlTransaction transaction, Guid playlistId, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "delete from playlists where playlist_id = @playlistId", new { playlistId }, transaction, cancellationToken: cancellationToken));

    /// <summary>The playlists that use an external address, after one, in order of their ids.</summary>
    public Task<IReadOnlyList<Guid>> ListUsingAsync(string externalKey, Guid after, int limit, CancellationToken cancellationToken) => QueryAsync<Guid>(
        "select playlist_id from playlist_externals where external_key = @externalKey and playlist_id > @after order by playlist_id limit @limit",
        new { externalKey, after, limit }, cancellationToken);

    /// <summary>Public playlists of enabled accounts and those of this owner, or the latter only, newest first; all of them for an admin.</summary>
    public Task<IReadOnlyList<PlaylistRow>> ListAsync(Guid? ownerId, bool all, bool ownOnly, (DateTime CreatedAt, Guid PlaylistId)? after, int limit, CancellationToken cancellationToken) =>
        QueryAsync<PlaylistRow>(
            $"""
            select {Columns}, coalesce((select slug from slugs where noun = 'playlist' and id = p.playlist_id and is_current), '') as slug from playlists p
            where (owner_id = @ownerId or (@all and not @ownOnly)
                or (not @ownOnly and visibility = 'public' and not exists (select from accounts a where a.user_id = p.owner_id and a.disabled)))
              and (@AfterTime::timestamptz is null or (created_at, playlist_id) < (@AfterTime, @AfterId))
            order by created_at desc, playlist_id desc limit @limit
            """,
            new { ownerId, all, ownOnly, AfterTime = after?.CreatedAt, AfterId = after?.PlaylistId, limit }, cancellationToken);

    /// <summary>Adds plays to a day's counts; a batch is counted once.</summary>
    public Task CountPlaysAsync(Guid batchId, DateTime now, Guid[] playlistIds, int[] counts, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            """
            with batch as (insert into play_batches (batch_id, counted_at) values (@batchId, @now) on conflict do nothing returning batch_id)
            insert into playlist_plays (playlist_id, day, plays)
            select c.playlist_id, (@now::timestamptz at time zone 'utc')::date, c.plays
            from batch, unnest(@playlistIds, @counts) as c (playlist_id, plays) order by c.playlist_id
            on conflict (playlist_id, day) do update set plays = playlist_plays.plays + excluded.plays
            """,
            new { batchId, now, playlistIds, counts }, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>The total number of plays of a playlist.</summary>
    public Task<long> CountPlaysAsync(Guid playlistId, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "select coalesce(sum(plays), 0)::bigint from playlist_plays where playlist_id = @playlistId", new { playlistId }, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>Deletes batches that will not be sent again.</summary>
    public Task<int> DeleteBatchesBeforeAsync(DateTime oldest, int limit, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            "delete from play_batches where batch_id in (select batch_id from play_batches where counted_at < @oldest order by counted_at limit @limit)",
            new { oldest, limit }, cancellationToken: cancellationToken)),
        cancellationToken);

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<T>>(
        async connection => (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);
}

/// <summary>A playlist in the table <c>playlists</c>.</summary>
public sealed record PlaylistRow
{
    /// <summary>The playlist.</summary>
    public required Guid PlaylistId { get; init; }

    /// <summary>Its owner's account.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>Its title.</summary>
    public required string Title { get; init; }

    /// <summary>Its description; may be empty.</summary>
    public required string Description { get; init; }

    /// <summary><c>public</c> or <c>private</c>.</summary>
    public required string Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public required bool Monetized { get; init; }

    /// <summary>How many tracks it has.</summary>
    public required int TrackCount { get; init; }

    /// <summary>The total duration of the tracks whose duration is known, in milliseconds.</summary>
    public required long DurationMs { get; init; }

    /// <summary>When it was created, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When its owner last changed it, UTC.</summary>
    public required DateTime UpdatedAt { get; init; }

    /// <summary>Incremented by each change that its owner makes.</summary>
    public required long Revision { get; init; }

    /// <summary>Identifies the pictures of its cover; null for none.</summary>
    public Guid? CoverVersion { get; init; }

    /// <summary>The edge of the largest picture, in pixels; null for none.</summary>
    public int? CoverPixels { get; init; }

    /// <summary>Its current slug; read only.</summary>
    public string Slug { get; init; } = "";
}

/// <summary>The SQL of external addresses: when they were last requested.</summary>
public sealed class ExternalAudioTable(AudioDatabase database)
{
    /// <summary>Writes when an address was last requested, in the state's transaction.</summary>
    public static Task WriteAsync(NpgsqlTransaction transaction, string grainKey, DateTime wantedAt, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "insert into external_audio (grain_key, wanted_at) values (@grainKey, @wantedAt) on conflict (grain_key) do update set wanted_at = excluded.wanted_at",
            new { grainKey, wantedAt }, transaction, cancellationToken: cancellationToken));

    /// <summary>Deletes an address's row, in the state's transaction.</summary>
    public static Task RemoveAsync(NpgsqlTransaction transaction, string grainKey, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "delete from external_audio where grain_key = @grainKey", new { grainKey }, transaction, cancellationToken: cancellationToken));

    /// <summary>The grain keys of addresses that nobody has requested since.</summary>
    public Task<IReadOnlyList<string>> ListUnwantedAsync(DateTime since, int limit, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<string>>(
        async connection => (await connection.QueryAsync<string>(new CommandDefinition(
            "select grain_key from external_audio where wanted_at < @since order by wanted_at limit @limit", new { since, limit }, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);
}
