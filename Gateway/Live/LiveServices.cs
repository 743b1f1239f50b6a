using AudioOrleans.Configuration;
using AudioOrleans.Gateway.Streams;
using AudioOrleans.RelayHost;
using AudioOrleans.RelayHost.Nodes;

namespace AudioOrleans.Gateway.Live;

/// <summary>The gateway's services for listening.</summary>
public static class LiveServices
{
    /// <summary>Adds access checks, listener counts, events, and replicas of other nodes' relays.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configuration">Section <c>Live</c>.</param>
    /// <param name="clusterSecret">The cluster's secret; null where there are no other nodes.</param>
    public static IServiceCollection AddLive(this IServiceCollection services, IConfiguration configuration, string? clusterSecret)
    {
        services.AddValidatedOptions<LiveOptions>(configuration);
        if (clusterSecret is not null)
            services.AddSingleton<IRelayLocator, RelayLocator>().AddRelayReplicas(clusterSecret);
        services.AddSingleton<StreamAccessCache>().AddHostedService(provider => provider.GetRequiredService<StreamAccessCache>());
        services.AddSingleton<Audience>().AddHostedService(provider => provider.GetRequiredService<Audience>());
        services.AddSingleton<StreamWatch>();
        services.AddSingleton<LiveStreams>();
        return services;
    }
}

/// <summary>Options of progressive audio, which has no end. Section <c>Live</c>.</summary>
public sealed record LiveOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Live";

    /// <summary>
    /// Whether to delimit the audio by the end of the connection for all players (RFC 9112, section 6.3): some old players cannot read chunks
    /// although they speak HTTP/1.1. Clients that ask for the connection to be closed, and HTTP/1.0 clients, always get this.
    /// </summary>
    public bool CloseDelimited { get; init; }
}
