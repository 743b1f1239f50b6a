using AudioOrleans.RelayHost;
using AudioOrleans.Silo.Jobs;
using AudioOrleans.Silo.Playlists;
using Microsoft.Extensions.DependencyInjection;

namespace AudioOrleans.Silo.Uploads;

/// <summary>What a silo needs for files on demand.</summary>
public static class UploadServices
{
    /// <summary>Adds the jobs of uploads and playlists, and the sweep.</summary>
    public static IServiceCollection AddUploads(this IServiceCollection services, PlatformOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddOnDemand(Path.Combine(options.DataFolder, "work"));
        services.AddSingleton<IJobHandler, PrepareUpload>();
        services.AddSingleton<IJobHandler, AnalyseUpload>();
        services.AddSingleton<IJobHandler, DeleteObjects>();
        services.AddSingleton<PlaylistCleanup>();
        services.AddSingleton<IJobHandler, BuildPlaylist>();
        services.AddSingleton<IJobHandler, TranscodeTrack>();
        services.AddSingleton<IJobHandler, JoinTracks>();
        services.AddSingleton<IJobHandler, FetchExternal>();
        services.AddSingleton<UploadSweeper>().AddHostedService(provider => provider.GetRequiredService<UploadSweeper>());
        return services;
    }
}
