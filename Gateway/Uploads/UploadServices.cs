using AudioOrleans.Gateway.Media;
using AudioOrleans.Gateway.Uploads.Tus;
using AudioOrleans.RelayHost;

namespace AudioOrleans.Gateway.Uploads;

/// <summary>What uploading needs in the gateway.</summary>
public static class UploadServices
{
    /// <summary>Adds what takes files, and HLS playlists out of the store.</summary>
    public static IServiceCollection AddUploads(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddIngest(configuration);
        services.AddSingleton<UploadReceiver>();
        services.AddSingleton<TusReceiver>();
        services.AddSingleton<Manifests>();
        return services;
    }
}
