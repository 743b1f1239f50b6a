using AudioOrleans.Gateway.Media;
using AudioOrleans.Gateway.Uploads.Tus;
using AudioOrleans.RelayHost;

namespace AudioOrleans.Gateway.Uploads;

/// <summary>The gateway's services for uploads.</summary>
public static class UploadServices
{
    /// <summary>Adds the services that receive files, and the cache of HLS playlists from the store.</summary>
    public static IServiceCollection AddUploads(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddIngest(configuration);
        services.AddSingleton<UploadReceiver>();
        services.AddSingleton<TusReceiver>();
        services.AddSingleton<Manifests>();
        return services;
    }
}
