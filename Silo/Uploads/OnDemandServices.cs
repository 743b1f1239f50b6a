using AudioOrleans.Grains.Domains;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Grains.Media;
using AudioOrleans.Grains.Playlists;
using AudioOrleans.Grains.Podcasts;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Grains.Uploads;
using AudioOrleans.RelayHost;
using AudioOrleans.RelayHost.Domains;
using Microsoft.Extensions.DependencyInjection;

namespace AudioOrleans.Silo.Uploads;

/// <summary>Adds a silo's services for uploads and playlists.</summary>
public static class OnDemandServices
{
    /// <summary>Adds the jobs of uploads and playlists, and the sweeper.</summary>
    public static IServiceCollection AddOnDemandJobs(this IServiceCollection services, PlatformOptions options)
    {
        services.AddOnDemand(Path.Combine(options.DataFolder, "work"));
        services.AddSingleton<IJobHandler, PrepareUpload>();
        services.AddSingleton<IJobHandler, AnalyseUpload>();
        services.AddSingleton<IJobHandler, DeleteObjects>();
        services.AddSingleton<IJobHandler, PrepareCover>();
        services.AddSingleton<PlaylistCleanup>();
        services.AddSingleton<IJobHandler, BuildPlaylist>();
        services.AddSingleton<IJobHandler, TranscodeTrack>();
        services.AddSingleton<IJobHandler, JoinTracks>();
        services.AddSingleton<IJobHandler, FetchExternal>();
        services.AddSingleton<IJobHandler, RefreshEpisodes>();
        services.AddHttpClient(NotifyHub.ClientName, client => client.Timeout = TimeSpan.FromSeconds(10));
        services.AddSingleton<IJobHandler, NotifyHub>();
        services.AddSingleton<NsUpdate>();
        services.AddSingleton<Lego>();
        services.AddSingleton<IJobHandler, UpdateDns>();
        services.AddSingleton<IJobHandler, IssueCertificate>();
        services.AddSingleton<IJobHandler, ImportPodcast>();
        services.AddSingleton<UploadSweeper>().AddHostedService(provider => provider.GetRequiredService<UploadSweeper>());
        return services;
    }
}
