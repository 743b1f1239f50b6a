using System.Text.Json;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>What an import needs.</summary>
/// <param name="PodcastId">The podcast that it creates.</param>
/// <param name="OwnerId">Its owner.</param>
/// <param name="FeedUrl">The feed to import.</param>
public sealed record ImportRequest(Guid PodcastId, Guid OwnerId, string FeedUrl);

/// <summary>
/// Imports a podcast from the feed of another host: its episodes keep their guids, and their audio is linked, not copied. Episodes that the podcast
/// has already are skipped, so that an import that was interrupted goes on.
/// </summary>
public sealed class ImportPodcast(IGrainFactory grains, ExternalFiles files, TimeProvider time) : IJobHandler
{
    private const int MostBytes = 20 * 1024 * 1024;
    private const int MostPages = 20;
    private const int BatchSize = 200;

    /// <summary>The maximum duration of a download, for servers that send endlessly or very slowly.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    /// <summary>Its payload is an <see cref="ImportRequest"/>.</summary>
    public static readonly JobKind Job = new("podcasts.import", "podcasts", JobLane.External) { MaxAttempts = 5 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var request = JsonSerializer.Deserialize<ImportRequest>(run.Job.Payload)!;
        try
        {
            await ImportAsync(request, run, cancellationToken);
        }
        catch (ImportRefusedException exception)
        {
            throw new JobFailedException(exception.Message);
        }
        catch (SourceException exception) when (exception.Fault is not SourceFault.Unreachable)
        {
            throw new JobFailedException(exception.Message);
        }
    }

    private async Task ImportAsync(ImportRequest request, JobRun run, CancellationToken cancellationToken)
    {
        var podcast = grains.GetGrain<IPodcastImportGrain>(GrainKeys.Podcast(request.PodcastId));
        var seen = new HashSet<Uri>();
        for (Uri? page = new(request.FeedUrl); page is not null && seen.Count < MostPages && seen.Add(page);)
        {
            var feed = await FetchAsync(page, cancellationToken);
            if (seen.Count == 1)
            {
                await RequireConsentAsync(feed, request.OwnerId);
                await podcast.BeginImport(new CreatePodcast(request.OwnerId, feed.Fields, request.FeedUrl), feed.Guid);
            }
            for (var i = 0; i < feed.Episodes.Length; i += BatchSize)
            {
                await podcast.ImportEpisodes([.. feed.Episodes.Skip(i).Take(BatchSize)]);
                run.Report(100 * i / feed.Episodes.Length);
            }
            page = feed.NextPage;
        }
    }

    /// <summary>A locked feed is imported by its owner only: by an account that has verified the address in it.</summary>
    private async Task RequireConsentAsync(ImportedFeed feed, Guid ownerId)
    {
        if (feed.LockedBy is not { } owner)
            return;
        var account = await grains.GetGrain<IAccountGrain>(GrainKeys.Account(ownerId)).GetStanding();
        if (account?.VerifiedEmail is not { } verified || EmailAddress.Normalize(owner) != verified)
            throw new ImportRefusedException("The feed is locked against imports (podcast:locked). Unlock it at its host, or import it with an account that has verified the owner's e-mail address.");
    }

    private async Task<ImportedFeed> FetchAsync(Uri url, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            using var file = await files.OpenAsync(url, null, null, either.Token, isAudio: false);
            await using var body = await file.ReadAsync(either.Token);
            using var copy = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (int read; (read = await body.ReadAsync(buffer, either.Token)) > 0;)
            {
                if (copy.Length + read > MostBytes)
                    throw new ImportRefusedException($"The feed is larger than {MostBytes / (1024 * 1024)} MiB.");
                copy.Write(buffer, 0, read);
            }
            copy.Position = 0;
            return ImportedFeed.Read(copy, url);
        }
        catch (OperationCanceledException exception) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SourceException(SourceFault.TooSlow, $"The feed was not received within {Limit.TotalMinutes:0} minute.", exception);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            throw new SourceException(SourceFault.Unreachable, "The server broke the connection.", exception);
        }
    }
}
