using System.Text.Json;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Podcasts;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>Tells the podcasts that use an upload that it is ready or has failed, so that their episodes join the feed, or say what is wrong.</summary>
public sealed class RefreshEpisodes(IGrainFactory grains, PodcastTables podcasts) : IJobHandler
{
    /// <summary>Its payload is the upload, a JSON string.</summary>
    public static readonly JobKind Job = new("podcasts.refresh_episodes", "podcasts", JobLane.Quick) { Priority = 20, MaxAttempts = 20 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <summary>Enqueues it together with the state of an upload, or of a podcast, if any podcast uses the upload.</summary>
    public static IStateEffect Using(Guid uploadId) => new Effect(uploadId);

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        foreach (var podcastId in await podcasts.ListUsingAsync(JsonSerializer.Deserialize<Guid>(run.Job.Payload), cancellationToken))
            await grains.GetGrain<IPodcastFeedGrain>(GrainKeys.Podcast(podcastId)).RefreshMedia();
    }

    private sealed record Effect(Guid UploadId) : IStateEffect
    {
        public async ValueTask ApplyAsync(StateWrite write)
        {
            if (await PodcastTables.IsUsedAsync(write.Transaction, UploadId, write.CancellationToken))
                await new EnqueueJob(Job.Create($"episodes/{UploadId:D}", payload: JsonSerializer.Serialize(UploadId))).ApplyAsync(write);
        }
    }
}
