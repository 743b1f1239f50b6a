using Dapper;

namespace AudioOrleans.Persistence.Podcasts;

/// <summary>Audio that a listener got.</summary>
/// <param name="PodcastId">The podcast.</param>
/// <param name="EpisodeId">The episode.</param>
/// <param name="Listener">A keyed hash of the listener's network and app.</param>
/// <param name="App">The app.</param>
/// <param name="Bytes">How many bytes were sent.</param>
/// <param name="Needed">How many bytes make a download.</param>
/// <param name="At">When, UTC.</param>
public sealed record ListenerBytes(Guid PodcastId, Guid EpisodeId, byte[] Listener, string App, long Bytes, long Needed, DateTime At);

/// <summary>A count of <c>episode_downloads</c>.</summary>
public sealed record DownloadRow(Guid EpisodeId, DateOnly Day, string App, long Downloads);

/// <summary>The SQL of downloads.</summary>
public sealed class DownloadTable(AudioDatabase database)
{
    /// <summary>Within this time after a download, more of the same episode by the same listener is not counted again.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <summary>Adds sent bytes, and counts the downloads that they complete. A batch is counted once.</summary>
    /// <param name="batchId">The batch.</param>
    /// <param name="sent">What was sent; each listener of an episode once.</param>
    /// <param name="now">The time, UTC.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    public Task CountAsync(Guid batchId, IReadOnlyCollection<ListenerBytes> sent, DateTime now, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            """
            with batch as (insert into download_batches (batch_id, counted_at) values (@batchId, @now) on conflict do nothing returning batch_id),
            sent as (
                select s.* from batch, unnest(@podcastIds, @episodeIds, @listeners, @apps, @bytes, @needed, @times)
                    as s (podcast_id, episode_id, listener, app, bytes, needed, at)),
            updated as (
                insert into episode_listeners as l (episode_id, listener, started_at, bytes, needed, counted_at, counted_in)
                select episode_id, listener, at, bytes, needed,
                    case when bytes >= needed then at end, case when bytes >= needed then @batchId end
                from sent order by episode_id, listener
                on conflict (episode_id, listener) do update set
                    started_at = case when coalesce(l.counted_at, l.started_at) + @Window <= excluded.started_at then excluded.started_at else l.started_at end,
                    bytes = case when coalesce(l.counted_at, l.started_at) + @Window <= excluded.started_at then excluded.bytes else l.bytes + excluded.bytes end,
                    needed = excluded.needed,
                    counted_at = case
                        when coalesce(l.counted_at, l.started_at) + @Window <= excluded.started_at then excluded.counted_at
                        when l.counted_at is not null then l.counted_at
                        when l.bytes + excluded.bytes >= excluded.needed then excluded.started_at end,
                    counted_in = case
                        when coalesce(l.counted_at, l.started_at) + @Window <= excluded.started_at then excluded.counted_in
                        when l.counted_at is not null then l.counted_in
                        when l.bytes + excluded.bytes >= excluded.needed then @batchId end
                returning episode_id, listener, counted_at, counted_in)
            insert into episode_downloads (podcast_id, episode_id, day, app, downloads)
            select s.podcast_id, s.episode_id, (u.counted_at at time zone 'utc')::date, s.app, count(*)
            from updated u join sent s using (episode_id, listener)
            where u.counted_in = @batchId
            group by 1, 2, 3, 4 order by 2, 3, 4
            on conflict (episode_id, day, app) do update set downloads = episode_downloads.downloads + excluded.downloads
            """,
            new
            {
                batchId,
                now,
                Window,
                podcastIds = sent.Select(one => one.PodcastId).ToArray(),
                episodeIds = sent.Select(one => one.EpisodeId).ToArray(),
                listeners = sent.Select(one => one.Listener).ToArray(),
                apps = sent.Select(one => one.App).ToArray(),
                bytes = sent.Select(one => one.Bytes).ToArray(),
                needed = sent.Select(one => one.Needed).ToArray(),
                times = sent.Select(one => one.At).ToArray(),
            },
            cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>The downloads of a podcast between two days, both included.</summary>
    public Task<IReadOnlyList<DownloadRow>> ListAsync(Guid podcastId, DateOnly from, DateOnly to, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<DownloadRow>>(
        async connection => (await connection.QueryAsync<DownloadRow>(new CommandDefinition(
            """
            select episode_id, day, app, downloads from episode_downloads
            where podcast_id = @podcastId and day between @from::date and @to::date order by day, episode_id, app
            """,
            new { podcastId, from = from.ToDateTime(default), to = to.ToDateTime(default) }, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);

    /// <summary>Deletes a batch of listeners whose window is over, and of counted batches that will not be sent again.</summary>
    public Task<int> DeleteBeforeAsync(DateTime oldest, int most, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            """
            delete from download_batches where batch_id in (select batch_id from download_batches where counted_at < @oldest order by counted_at limit @most);
            delete from episode_listeners where (episode_id, listener) in (
                select episode_id, listener from episode_listeners where started_at < @oldest order by started_at limit @most);
            """,
            new { oldest, most }, cancellationToken: cancellationToken)),
        cancellationToken);
}
