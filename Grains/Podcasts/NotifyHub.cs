using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>Tells the WebSub hub that a feed has changed (W3C WebSub, section 7), so that apps fetch it at once.</summary>
public sealed class NotifyHub(IHttpClientFactory clients, PodcastOptions options) : IJobHandler
{
    /// <summary>The name of its HTTP client.</summary>
    public const string ClientName = "websub";

    /// <summary>Its subject is the podcast.</summary>
    public static readonly JobKind Job = new("podcasts.notify_hub", "podcasts", JobLane.External) { MaxAttempts = 8 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        if (options.Hub is not { } hub || options.FeedUrl(GrainKeys.ParseId(run.Job.Subject)) is not { } feed)
            return;
        using var client = clients.CreateClient(ClientName);
        using var form = new FormUrlEncodedContent([new("hub.mode", "publish"), new("hub.url", feed), new("hub.topic", feed)]);
        using var response = await client.PostAsync(hub, form, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
