using AudioOrleans.Configuration;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary>The gateway's services for podcasts.</summary>
public static class PodcastServices
{
    /// <summary>Adds the caches of feeds and episodes, the count of downloads, and the feeds of subscribers.</summary>
    public static IServiceCollection AddPodcasts(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions<PodcastMediaOptions>(configuration);
        services.AddSingleton<FeedCache>().AddHostedService(provider => provider.GetRequiredService<FeedCache>());
        services.AddSingleton<EnclosureCache>().AddHostedService(provider => provider.GetRequiredService<EnclosureCache>());
        services.AddSingleton<FeedTokenCache>().AddHostedService(provider => provider.GetRequiredService<FeedTokenCache>());
        services.AddSingleton<DownloadMeter>().AddHostedService(provider => provider.GetRequiredService<DownloadMeter>());
        services.AddSingleton<FeedTokenUses>().AddHostedService(provider => provider.GetRequiredService<FeedTokenUses>());
        services.AddSingleton<FeedAccess>();
        return services;
    }
}

/// <summary>Options of signed addresses in the feeds of subscribers. Section <c>Media</c>.</summary>
public sealed record PodcastMediaOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Media";

    /// <summary>How long a signed address is valid; setting <c>Media__SignedLifetime</c>.</summary>
    public TimeSpan SignedLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(SignedLifetime >= TimeSpan.FromSeconds(1), nameof(SignedLifetime), "a time of a second or more, such as 01:00:00");
    }
}
