using System.Text.Json;
using AudioOrleans.Grains.Audit;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Media;
using AudioOrleans.Grains.Operations;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Podcasts;

namespace AudioOrleans.Grains.Podcasts;

/// <inheritdoc cref="IPodcastCatalogGrain"/>
[StatelessWorker, GrainType("podcast-catalog")]
public sealed class PodcastCatalogGrain(PodcastTables tables, AudioDatabase database, JobTable jobs, OperationLog operations, AuditTrail trail) : Grain, IPodcastCatalogGrain
{
    /// <inheritdoc/>
    public async Task<Page<PodcastListItem>> List(Caller caller, PageRequest page, bool ownOnly)
    {
        var after = Cursor.ParseTimeAndId(page.Cursor);
        var rows = await tables.ListAsync(caller.UserId, caller.IsAdmin, ownOnly, after, page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(rows, page.Limit, ToItem, row => Cursor.Format(row.CreatedAt.Ticks, row.PodcastId));
    }

    /// <inheritdoc/>
    public Task<Guid> StartImport(Guid ownerId, Guid podcastId, Secret feedUrl)
    {
        if (FieldRules.Url("feed_url", feedUrl.Value) is { } problem)
            throw new AudioException(problem);
        var job = ImportPodcast.Job.Create(GrainKeys.Podcast(podcastId), ownerId, JsonSerializer.Serialize(new ImportRequest(podcastId, ownerId, feedUrl.Value.Trim())));
        return database.InTransactionAsync(async transaction =>
        {
            await operations.EnterAsync(transaction);
            await jobs.EnqueueAsync(transaction, job, CancellationToken.None);
            await trail.EnterAsync(GrainKeys.Podcast(podcastId), transaction, CancellationToken.None);
            return job.JobId;
        });
    }

    /// <inheritdoc/>
    public Task<PodcastImport> GetImport(Caller caller, Guid jobId) => database.InTransactionAsync(async transaction =>
        await JobTable.FindAsync(transaction, jobId, CancellationToken.None) is { } job && job.Kind == ImportPodcast.Job.Name && job.OwnerId is { } owner && caller.Owns(owner)
            ? new PodcastImport(jobId, GrainKeys.ParseId(job.Subject), (Interfaces.Jobs.JobState)job.State, job.Progress, job.Error)
            : throw new AudioException(AudioError.NotFound, "Import not found"));

    private static PodcastListItem ToItem(PodcastRow row) => new(
        row.PodcastId, row.OwnerId, row.Title, row.Description, row.Language, row.Author, StreamCatalogGrain.ToVisibility(row.Visibility), row.Monetized,
        row.EpisodeCount, row.CreatedAt, row.UpdatedAt, CoverRules.OfRow(row.CoverVersion, row.CoverPixels), row.Slug);
}
