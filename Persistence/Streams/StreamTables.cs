using AudioOrleans.Persistence.GrainStates;
using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Streams;

/// <summary>The SQL of streams: the projection of their states, and queries for lists.</summary>
public sealed class StreamTables(AudioDatabase database)
{
    /// <summary>How long timeline entries are kept.</summary>
    public static readonly TimeSpan TimelineRetention = TimeSpan.FromDays(90);

    /// <summary>How long history entries are kept.</summary>
    public static readonly TimeSpan HistoryRetention = TimeSpan.FromDays(365);

    /// <summary>Writes a stream's row, inside the state's transaction.</summary>
    public static Task WriteAsync(NpgsqlTransaction transaction, StreamRow stream, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into streams (stream_id, owner_id, name, genre, description, visibility, monetized, enabled, created_at, cover_version, cover_pixels)
            values (@StreamId, @OwnerId, @Name, @Genre, @Description, @Visibility, @Monetized, @Enabled, @CreatedAt, @CoverVersion, @CoverPixels)
            on conflict (stream_id) do update set
                name = excluded.name, genre = excluded.genre, description = excluded.description,
                visibility = excluded.visibility, monetized = excluded.monetized, enabled = excluded.enabled,
                cover_version = excluded.cover_version, cover_pixels = excluded.cover_pixels
            """, stream, transaction, cancellationToken: cancellationToken));

    /// <summary>Appends to a stream's history and timeline, and deletes expired entries, in a transaction.</summary>
    /// <remarks>The same report may arrive twice, after a timeout with an unknown outcome: then the row exists already.</remarks>
    public static async Task AppendAsync(NpgsqlTransaction transaction, AppendStreamLog log, CancellationToken cancellationToken)
    {
        foreach (var track in log.Tracks)
        {
            await ExecuteAsync(
                """
                insert into stream_tracks (stream_id, started_at, title) values (@StreamId, @StartedAt, @Title) on conflict do nothing;
                delete from stream_tracks where stream_id = @StreamId and started_at < @Oldest;
                """,
                new { log.StreamId, track.StartedAt, track.Title, Oldest = track.StartedAt - HistoryRetention });
        }
        foreach (var entry in log.Timeline)
        {
            await ExecuteAsync(
                """
                insert into stream_timeline (stream_id, at, kind, reason) values (@StreamId, @At, @Kind, @Reason) on conflict do nothing;
                delete from stream_timeline where stream_id = @StreamId and at < @Oldest;
                """,
                new { log.StreamId, entry.At, entry.Kind, entry.Reason, Oldest = entry.At - TimelineRetention });
        }

        Task ExecuteAsync(string sql, object parameters) =>
            transaction.Connection!.ExecuteAsync(new CommandDefinition(sql, parameters, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Deletes a stream and everything that belongs to it, in the state's transaction.</summary>
    public static Task RemoveAsync(NpgsqlTransaction transaction, Guid streamId, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "delete from streams where stream_id = @streamId", new { streamId }, transaction, cancellationToken: cancellationToken));

    /// <summary>Public streams of enabled accounts and those of this owner, or the latter only, newest first; all of them for an admin.</summary>
    public Task<IReadOnlyList<StreamRow>> ListAsync(Guid? ownerId, bool all, bool ownOnly, (DateTime CreatedAt, Guid StreamId)? after, int limit, CancellationToken cancellationToken) =>
        QueryAsync<StreamRow>(
            """
            select stream_id, owner_id, name, genre, description, visibility, monetized, enabled, created_at, cover_version, cover_pixels,
                coalesce((select slug from slugs where noun = 'stream' and id = s.stream_id and is_current), '') as slug
            from streams s
            where (owner_id = @ownerId or (@all and not @ownOnly)
                or (not @ownOnly and visibility = 'public' and not exists (select from accounts a where a.user_id = s.owner_id and a.disabled)))
              and (@AfterTime::timestamptz is null or (created_at, stream_id) < (@AfterTime, @AfterId))
            order by created_at desc, stream_id desc limit @limit
            """,
            new { ownerId, all, ownOnly, AfterTime = after?.CreatedAt, AfterId = after?.StreamId, limit }, cancellationToken);

    /// <summary>A stream's tracks that started before the given time, newest first; a track ends when the next starts.</summary>
    public Task<IReadOnlyList<PlayedTrackRow>> ListTracksAsync(Guid streamId, DateTime? before, int limit, CancellationToken cancellationToken) =>
        QueryAsync<PlayedTrackRow>(
            """
            select t.started_at, t.title,
                   (select min(n.started_at) from stream_tracks n where n.stream_id = t.stream_id and n.started_at > t.started_at) as ended_at
            from stream_tracks t
            where t.stream_id = @streamId and (@before::timestamptz is null or t.started_at < @before)
            order by t.started_at desc limit @limit
            """,
            new { streamId, before, limit }, cancellationToken);

    /// <summary>A stream's timeline before the given time, newest first.</summary>
    public Task<IReadOnlyList<TimelineRow>> ListTimelineAsync(Guid streamId, DateTime? before, int limit, CancellationToken cancellationToken) =>
        QueryAsync<TimelineRow>(
            """
            select at, kind, reason from stream_timeline
            where stream_id = @streamId and (@before::timestamptz is null or at < @before)
            order by at desc limit @limit
            """,
            new { streamId, before, limit }, cancellationToken);

    /// <summary>The enabled streams of an account.</summary>
    public Task<IReadOnlyList<Guid>> ListEnabledOfAsync(Guid ownerId, CancellationToken cancellationToken) =>
        QueryAsync<Guid>("select stream_id from streams where enabled and owner_id = @ownerId order by stream_id", new { ownerId }, cancellationToken);

    /// <summary>The enabled streams with an id above the given one, ordered by id.</summary>
    public Task<IReadOnlyList<Guid>> ListEnabledAsync(Guid after, int limit, CancellationToken cancellationToken) =>
        QueryAsync<Guid>(
            "select stream_id from streams where enabled and stream_id > @after order by stream_id limit @limit",
            new { after, limit }, cancellationToken);

    private Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object parameters, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<T>>(
        async connection => (await connection.QueryAsync<T>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);
}

/// <summary>A stream in the table <c>streams</c>.</summary>
public sealed record StreamRow
{
    /// <summary>The stream.</summary>
    public required Guid StreamId { get; init; }

    /// <summary>Its owner's account.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its genre; may be empty.</summary>
    public required string Genre { get; init; }

    /// <summary>Its description; may be empty.</summary>
    public required string Description { get; init; }

    /// <summary><c>public</c> or <c>private</c>.</summary>
    public required string Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public required bool Monetized { get; init; }

    /// <summary>Whether it is relayed.</summary>
    public required bool Enabled { get; init; }

    /// <summary>When it was registered, UTC.</summary>
    public required DateTime CreatedAt { get; init; }

    /// <summary>Identifies the pictures of its cover; null for none.</summary>
    public Guid? CoverVersion { get; init; }

    /// <summary>The edge of the largest picture, in pixels; null for none.</summary>
    public int? CoverPixels { get; init; }

    /// <summary>Its current slug; read only.</summary>
    public string Slug { get; init; } = "";
}

/// <summary>A row of <c>stream_tracks</c>.</summary>
/// <param name="StartedAt">When the track went on air, UTC.</param>
/// <param name="Title">Its title.</param>
public sealed record TrackRow(DateTime StartedAt, string Title);

/// <summary>A track of a stream's history.</summary>
/// <param name="StartedAt">When it went on air, UTC.</param>
/// <param name="Title">Its title.</param>
/// <param name="EndedAt">When the next one started, UTC; null for the one on air.</param>
public sealed record PlayedTrackRow(DateTime StartedAt, string Title, DateTime? EndedAt);

/// <summary>A row of <c>stream_timeline</c>.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Reason">Why; may be null.</param>
public sealed record TimelineRow(DateTime At, string Kind, string? Reason);

/// <summary>Appends to a stream's history and timeline, together with its state.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="Tracks">Tracks that have started.</param>
/// <param name="Timeline">What happened.</param>
public sealed record AppendStreamLog(Guid StreamId, IReadOnlyCollection<TrackRow> Tracks, IReadOnlyCollection<TimelineRow> Timeline) : IStateEffect
{
    /// <inheritdoc/>
    public async ValueTask ApplyAsync(StateWrite write)
    {
        await StreamTables.AppendAsync(write.Transaction, this, write.CancellationToken);
    }
}
