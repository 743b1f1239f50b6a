using Audio.Orleans.RelayHost;

namespace Audio.Orleans.Gateway.Uploads;

/// <summary>What uploading needs in the gateway.</summary>
public static class UploadServices
{
    /// <summary>Adds what takes files.</summary>
    public static IServiceCollection AddUploads(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddIntake(configuration);
        services.AddSingleton<UploadReception>();
        return services;
    }
}
