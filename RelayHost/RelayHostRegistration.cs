using AudioOrleans.Configuration;
using AudioOrleans.RelayHost.Gapless;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Nodes;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.RelayHost.Outbound;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.RelayHost.Segmenting;
using AudioOrleans.RelayHost.Sources;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AudioOrleans.RelayHost;

/// <summary>Registers this node's relays with a host. The host must add an <see cref="IRelayObserver"/>.</summary>
public static class RelayHostRegistration
{
    /// <summary>Adds the timings of relays, which gateways also use; section <c>Relay</c>.</summary>
    public static IServiceCollection AddRelayOptions(this IServiceCollection services, IConfiguration configuration) =>
        services.AddValidatedOptions<RelayOptions>(configuration);

    /// <summary>Adds copies of other nodes' relays. The process must add an <see cref="IRelayLocator"/>.</summary>
    /// <param name="services">The services.</param>
    /// <param name="secret">The cluster's secret.</param>
    public static IServiceCollection AddRelayReplicas(this IServiceCollection services, string secret) => services
        .AddSingleton(provider => new NodeClient(secret, provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<RelayReplicas>().AddHostedService(provider => provider.GetRequiredService<RelayReplicas>());

    /// <summary>Adds the relay directory, the source probe and their dependencies except the relay timings; section <c>Outbound</c>.</summary>
    public static IServiceCollection AddRelayHost(this IServiceCollection services, IConfiguration configuration)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddValidatedOptions<OutboundOptions>(configuration);
        services.AddSingleton<AddressPolicy>();
        services.AddSingleton<OutboundConnector>();
        services.AddSingleton<HttpClient>(provider =>
            provider.GetRequiredService<OutboundConnector>().CreateClient(provider.GetRequiredService<OutboundOptions>()));
        services.AddSingleton<SourceConnector>();
        services.AddSingleton<SourceStatusReader>();
        services.AddSingleton<SourceProbe>();
        services.AddSingleton<ISegmenterFactory, FfmpegSegmenterFactory>();
        services.AddSingleton<RelayDirectory>();
        return services;
    }
}

/// <summary>Registers on-demand audio with a host, which must also have an object store.</summary>
public static class OnDemandRegistration
{
    /// <summary>Adds the services that accept untrusted files, once; section <c>VirusScan</c>.</summary>
    public static IServiceCollection AddIngest(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddValidatedOptions(configuration, ScannerOptions.Read);
        services.TryAddSingleton<VirusScanner>();
        services.TryAddSingleton<FileIngest>();
        return services;
    }

    /// <summary>Adds the services that prepare files for listeners.</summary>
    /// <param name="services">The services.</param>
    /// <param name="workFolder">Where files are kept while they are processed.</param>
    public static IServiceCollection AddOnDemand(this IServiceCollection services, string workFolder)
    {
        services.AddSingleton(new WorkOptions(workFolder));
        services.AddSingleton<AudioProbe>();
        services.AddSingleton<AudioEncoder>();
        services.AddSingleton<AudioAnalysis>();
        services.AddSingleton<VodSegmenter>();
        services.AddSingleton<CoverArt>();
        services.AddSingleton<CoverPictures>();
        services.AddSingleton<AudioPreparer>();
        services.AddSingleton<GaplessJoiner>();
        services.AddSingleton<ExternalFiles>();
        services.AddSingleton<ExternalProbe>();
        return services;
    }
}
