using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Uploads;

/// <summary>The SQL of uploads: the projection of their states, and queries for lists.</summary>
public sealed class UploadTable(AudioDatabase database)
{
    private const string Columns =
        """
        upload_id, owner_id, file_name, status, format, size_bytes, sha256, title, artist, album, duration_ms, bits_per_second, loudness_lufs,
        has_art, has_waveform, error_message, warning, duplicate_of, created_at, completed_at, expires_at, cover_version, cover_pixels
        """;

    /// <summary>Writes an upload's row, inside the state's transaction.</summary>
    public static Task WriteAsync(NpgsqlTransaction transaction, UploadRow upload, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            $"""
            insert into uploads ({Columns})
            values (@UploadId, @OwnerId, @FileName, @Status, @Format, @SizeBytes, @Sha256, @Title, @Artist, @Album, @DurationMs, @BitsPerSecond, @LoudnessLufs,
                @HasArt, @HasWaveform, @ErrorMessage, @Warning, @DuplicateOf, @CreatedAt, @CompletedAt, @ExpiresAt, @CoverVersion, @CoverPixels)
            on conflict (upload_id) do update set
                status = excluded.status, format = excluded.format, size_bytes = excluded.size_bytes, sha256 = excluded.sha256, title = excluded.title,
                artist = excluded.artist, album = excluded.album, duration_ms = excluded.duration_ms, bits_per_second = excluded.bits_per_second,
                loudness_lufs = excluded.loudness_lufs, has_art = excluded.has_art, has_waveform = excluded.has_waveform,
                error_message = excluded.error_message, warning = excluded.warning, duplicate_of = excluded.duplicate_of, completed_at = excluded.completed_at, expires_at = excluded.expires_at,
                cover_version = excluded.cover_version, cover_pixels = excluded.cover_pixels
            """, upload, transaction, cancellationToken: cancellationToken));

    /// <summary>
    /// The actual or maximum bytes of an account's uploads except one, in a transaction. Blocks other uploads of the account until that
    /// ends, so that two cannot both use the last of the quota. Bytes of partial uploads count once: for the final one, if it exists.
    /// </summary>
    public static async Task<long> CountBytesAsync(NpgsqlTransaction transaction, Guid ownerId, Guid exceptId, CancellationToken cancellationToken)
    {
        await LockAsync(transaction, ownerId, cancellationToken);
        return await transaction.Connection!.ExecuteScalarAsync<long>(new CommandDefinition(
            "select coalesce(sum(size_bytes), 0)::bigint from uploads where owner_id = @ownerId and upload_id <> @exceptId and joined_into is null",
            new { ownerId, exceptId }, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Assigns partial uploads to a final one, in a transaction. False if one is gone, or belongs to another: the caller must roll back.</summary>
    public static async Task<bool> JoinAsync(
        NpgsqlTransaction transaction, Guid ownerId, Guid uploadId, IReadOnlyCollection<Guid> partials, CancellationToken cancellationToken)
    {
        await LockAsync(transaction, ownerId, cancellationToken);
        var joined = await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "update uploads set joined_into = @uploadId where upload_id = any(@partials) and owner_id = @ownerId and joined_into is null",
            new { uploadId, ownerId, partials = partials.ToArray() }, transaction, cancellationToken: cancellationToken));
        return joined == partials.Count;
    }

    /// <summary>Removes an upload's row inside the state's transaction.</summary>
    /// <exception cref="ReferencedRowException">Something uses it.</exception>
    public static Task RemoveAsync(NpgsqlTransaction transaction, Guid uploadId, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "delete from uploads where upload_id = @uploadId", new { uploadId }, transaction, cancellationToken: cancellationToken));

    /// <summary>An account's received uploads, newest first; those of all accounts for null.</summary>
    public Task<IReadOnlyList<UploadRow>> ListAsync(Guid? ownerId, (DateTime CreatedAt, Guid UploadId)? after, int limit, CancellationToken cancellationToken) =>
        QueryAsync<UploadRow>(
            $"""
            select {Columns} from uploads
            where (@ownerId::uuid is null or owner_id = @ownerId) and status <> 'receiving'
              and (@AfterTime::timestamptz is null or (created_at, upload_id) < (@AfterTime, @AfterId))
            order by created_at desc, upload_id desc limit @limit
            """,
            new { ownerId, AfterTime = after?.CreatedAt, AfterId = after?.UploadId, limit }, cancellationToken);

    /// <summary>The oldest other upload of an account with the same bytes; null for none.</summary>
    public Task<Guid?> FindDuplicateAsync(Guid ownerId, string sha256, Guid exceptId, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteScalarAsync<Guid?>(new CommandDefinition(
            """
            select upload_id from uploads
            where owner_id = @ownerId and sha256 = @sha256 and upload_id <> @exceptId and status in ('processing', 'ready')
            order by created_at, upload_id limit 1
            """,
            new { ownerId, sha256, exceptId }, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>Uploads that were not received before they expired.</summary>
    public Task<IReadOnlyList<Guid>> ListExpiredAsync(DateTime now, int limit, CancellationToken cancellationToken) =>
        QueryAsync<Guid>("select upload_id from uploads where expires_at <= @now order by expires_at limit @limit", new { now, limit }, cancellationToken);

    /// <summary>Blocks counting and joining of the account's other uploads until the transaction ends.</summary>
    private static Task LockAsync(NpgsqlTransaction transaction, Guid ownerId, CancellationToken cancellationToken) => transaction.Connection!.ExecuteAsync(new CommandDefinition(
        "select pg_advisory_xact_lock(hashtextextended('uploads/' || @ownerId, 0))", new { ownerId = ownerId.ToString("D") }, transaction, cancellationToken: cancellationToken));

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<T>>(
        async connection => (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);
}

/// <summary>An upload in the table <c>uploads</c>.</summary>
public sealed record UploadRow
{
    /// <summary>The upload.</summary>
    public required Guid UploadId { get; init; }

    /// <summary>Its owner's account.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>The sender's name for it; may be empty.</summary>
    public required string FileName { get; init; }

    /// <summary><c>receiving</c>, <c>processing</c>, <c>ready</c> or <c>failed</c>.</summary>
    public required string Status { get; init; }

    /// <summary>Its format, as a file extension; empty until it has been received.</summary>
    public required string Format { get; init; }

    /// <summary>Its size, or the maximum while it is being received, in bytes.</summary>
    public required long SizeBytes { get; init; }

    /// <summary>The SHA-256 hash of its bytes, hexadecimal; null until it has been received.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Its title.</summary>
    public string? Title { get; init; }

    /// <summary>Its artist.</summary>
    public string? Artist { get; init; }

    /// <summary>Its album.</summary>
    public string? Album { get; init; }

    /// <summary>Its duration, in milliseconds.</summary>
    public long? DurationMs { get; init; }

    /// <summary>Its bit rate.</summary>
    public int? BitsPerSecond { get; init; }

    /// <summary>Its loudness, in LUFS.</summary>
    public double? LoudnessLufs { get; init; }

    /// <summary>Whether it has cover art.</summary>
    public bool HasArt { get; init; }

    /// <summary>Whether it has a waveform.</summary>
    public bool HasWaveform { get; init; }

    /// <summary>Why it failed.</summary>
    public string? ErrorMessage { get; init; }

    /// <summary>A problem with the file that does not prevent playback, as a sentence.</summary>
    public string? Warning { get; init; }

    /// <summary>An older upload of the account with the same bytes.</summary>
    public Guid? DuplicateOf { get; init; }

    /// <summary>When it was started, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>When it became ready or failed, UTC.</summary>
    public DateTime? CompletedAt { get; init; }

    /// <summary>When the upload expires, UTC; null once it has been received.</summary>
    public DateTime? ExpiresAt { get; init; }

    /// <summary>Identifies the pictures of its cover; null for none.</summary>
    public Guid? CoverVersion { get; init; }

    /// <summary>The edge of the largest picture, in pixels; null for none.</summary>
    public int? CoverPixels { get; init; }
}
