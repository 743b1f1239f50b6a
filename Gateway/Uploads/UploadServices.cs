using Audio.Orleans.Gateway.Media;
using Audio.Orleans.Gateway.Uploads.Tus;
using Audio.Orleans.RelayHost;

namespace Audio.Orleans.Gateway.Uploads;

/// <summary>What uploading needs in the gateway.</summary>
public static class UploadServices
{
    /// <summary>Adds what takes files, and HLS playlists out of the store.</summary>
    public static IServiceCollection AddUploads(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddIntake(configuration);
        services.AddSingleton<UploadReception>();
        services.AddSingleton<TusReception>();
        services.AddSingleton<Manifests>();
        return services;
    }
}
