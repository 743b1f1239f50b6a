using AudioOrleans.Configuration;
using AudioOrleans.Grains;
using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Secrets;
using AudioOrleans.RelayHost;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Silo.Cluster;
using AudioOrleans.Silo.Health;
using AudioOrleans.Silo.Jobs;
using AudioOrleans.Silo.Uploads;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace AudioOrleans.Silo;

/// <summary>Composes the services that a process needs to run grains, or to call those of other processes.</summary>
public static class SiloHosting
{
    /// <summary>Adds a silo to a host, or a client, depending on <paramref name="cluster"/>.</summary>
    public static IHostApplicationBuilder AddAudioPlatform(this IHostApplicationBuilder builder, PlatformOptions options, AudioClusterOptions cluster)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(options);
        builder.Services.AddValidatedOptions<TokenOptions>(builder.Configuration);
        builder.Services.AddValidatedOptions<UploadOptions>(builder.Configuration);
        builder.Services.AddRelayOptions(builder.Configuration);
        builder.Services.AddObjectStore(builder.Configuration, options.DataFolder);
        return cluster.HasSilo ? builder.AddSilo(options, cluster) : builder.AddClient(options, cluster);
    }

    private static IHostApplicationBuilder AddClient(this IHostApplicationBuilder builder, PlatformOptions options, AudioClusterOptions cluster)
    {
        builder.Services.AddHealthChecks().AddCheck<ClusterCheck>("cluster").AddCheck<ObjectStoreCheck>("objects");
        return builder.AddClusterClient(cluster, options.ConnectionString);
    }

    private static IHostApplicationBuilder AddSilo(this IHostApplicationBuilder builder, PlatformOptions options, AudioClusterOptions cluster)
    {
        builder.Services.AddSingleton(MasterKey.LoadOrCreate(options.MasterKey, options.DataFolder));
        builder.Services.AddSingleton(provider => new SecretBox(provider.GetRequiredService<MasterKey>()));
        builder.Services.AddRelayHost(builder.Configuration);
        builder.Services.AddHealthChecks().AddCheck<DatabaseCheck>("database").AddCheck<SegmenterCheck>("ffmpeg").AddCheck<ObjectStoreCheck>("objects");
        builder.UseOrleans(silo => silo
            .UseCluster(cluster, options.ConnectionString)
            .AddPostgresPersistence(options.ConnectionString)
            .AddAudioGrains());
        // After Orleans: hosted services start in this order, and there is nothing to wake before the database is migrated.
        builder.Services.AddValidatedOptions<FirstAdminOptions>(builder.Configuration);
        builder.Services.AddHostedService<FirstAdmin>();
        builder.Services.AddSingleton<RelayResumer>().AddHostedService(provider => provider.GetRequiredService<RelayResumer>());
        builder.Services.AddNode(cluster);
        builder.Services.AddValidatedOptions<AuditOptions>(builder.Configuration);
        builder.Services.AddHostedService<Housekeeping>();
        builder.Services.AddJobs(builder.Configuration);
        builder.Services.AddIngest(builder.Configuration);
        builder.Services.AddOnDemandJobs(options);
        return builder;
    }
}
