using AudioOrleans.Configuration;
using AudioOrleans.RelayHost.Gapless;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.OnDemand;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AudioOrleans.RelayHost;

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
        services.AddSingleton<AudioPreparer>();
        services.AddSingleton<GaplessJoiner>();
        services.AddSingleton<ExternalFiles>();
        services.AddSingleton<ExternalProbe>();
        return services;
    }
}
