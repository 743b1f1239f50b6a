using Audio.Orleans.Gateway.Streams;

namespace Audio.Orleans.Gateway.Live;

/// <summary>What listening needs in the gateway.</summary>
public static class LiveServices
{
    /// <summary>Adds access, counting and events.</summary>
    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddSingleton<StreamGate>().AddHostedService(provider => provider.GetRequiredService<StreamGate>());
        services.AddSingleton<Audience>().AddHostedService(provider => provider.GetRequiredService<Audience>());
        services.AddSingleton<StreamWatch>();
        services.AddSingleton<LiveStreams>();
        return services;
    }
}
