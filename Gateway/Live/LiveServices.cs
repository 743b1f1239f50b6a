using Audio.Orleans.Gateway.Streams;
using Audio.Orleans.RelayHost;
using Audio.Orleans.RelayHost.Nodes;

namespace Audio.Orleans.Gateway.Live;

/// <summary>What listening needs in the gateway.</summary>
public static class LiveServices
{
    /// <summary>Adds access, counting, events, and copies of other nodes' relays.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">Section <c>Live</c>.</param>
    /// <param name="clusterSecret">The cluster's secret; null where there are no other nodes.</param>
    public static IServiceCollection AddLive(this IServiceCollection services, IConfiguration configuration, string? clusterSecret)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSingleton(configuration.GetSection("Live").Get<LiveOptions>() ?? new LiveOptions());
        if (clusterSecret is not null)
            services.AddSingleton<IRelayLocator, RelayLocator>().AddMirrors(clusterSecret);
        services.AddSingleton<StreamGate>().AddHostedService(provider => provider.GetRequiredService<StreamGate>());
        services.AddSingleton<Audience>().AddHostedService(provider => provider.GetRequiredService<Audience>());
        services.AddSingleton<StreamWatch>();
        services.AddSingleton<LiveStreams>();
        return services;
    }
}
