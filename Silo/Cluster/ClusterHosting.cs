using AudioOrleans.Configuration;
using AudioOrleans.Grains.Nodes;
using AudioOrleans.RelayHost.Nodes;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.Silo.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;

namespace AudioOrleans.Silo.Cluster;

/// <summary>Adds a silo or a gateway to its cluster.</summary>
public static class ClusterHosting
{
    private const string Invariant = "Npgsql";

    private static readonly TimeSpan GatewayRefresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectPause = TimeSpan.FromSeconds(1);

    /// <summary>How long a node waits for the segment window of a stream that it takes over, unless <c>Relay__TakeoverWait</c> is set.</summary>
    private static readonly TimeSpan TakeoverWait = TimeSpan.FromSeconds(1.5);

    /// <summary>Reads and validates the section <c>Cluster</c>, and derives the related settings for relays and shutdown.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings are not valid for a cluster.</exception>
    public static AudioClusterOptions ReadCluster(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.ReadOptions<AudioClusterOptions>();
        builder.Services.AddSingleton(options);
        if (options.IsCluster && builder.Configuration["Relay:TakeoverWait"] is null)
            builder.Configuration.AddInMemoryCollection([new("Relay:TakeoverWait", TakeoverWait.ToString())]);
        return options;
    }

    /// <summary>Configures the silo's membership, endpoints and timeouts.</summary>
    internal static ISiloBuilder UseCluster(this ISiloBuilder silo, AudioClusterOptions options, string connectionString)
    {
        silo.Configure<SiloOptions>(names => names.SiloName = options.NodeName);
        silo.AddDashboard(options);
        silo.Services.AddSingleton<NodeLoads>();
        silo.Services.AddSingleton(new NodeIdentity(options.IsCluster ? options.NodeUri : null));
        silo.Services.AddPlacementDirector<LeastLoadedPlacement, LeastLoadedDirector>();
        silo.Configure<Orleans.Configuration.ClusterOptions>(ids => (ids.ClusterId, ids.ServiceId) = (options.Id, options.Id));
        if (options.IsCluster)
        {
            silo.Configure<SiloMessagingOptions>(messaging => messaging.ResponseTimeout = options.ResponseTimeout);
            silo.ConfigureEndpoints(options.IpAddress, options.SiloPort, options.ClientPort);
            silo.UseAdoNetClustering(tables => (tables.Invariant, tables.ConnectionString) = (Invariant, connectionString));
            silo.Configure<ClusterMembershipOptions>(membership =>
            {
                membership.ProbeTimeout = options.ProbeTimeout;
                membership.NumMissedProbesLimit = options.MissedProbes;
            });
            // With the default directory, a dead silo takes its partition of the directory along, and grains on other silos are deactivated because
            // their entries were in it: unrelated relays would break. This one recovers the entries from the remaining silos.
#pragma warning disable ORLEANSEXP003 // Experimental in Orleans 10; without it, a kill -9 breaks relays on other silos.
            silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
            // By default it would block the streams of a dead silo for half a minute, in case that silo is still alive. It may be: until it
            // detects that it was declared dead and terminates, a stream is briefly relayed twice.
            silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
            return silo;
        }
        // No clients may call this silo: it has no client port, and the silo port that Orleans requires is a free one.
        var port = new ReservedPort();
        silo.Services.AddSingleton(_ => port); // Registered by a factory, so that it is disposed with the silo.
        return silo.UseLocalhostClustering(port.Number, gatewayPort: 0);
    }

    /// <summary>Adds a silo's cluster services besides its grains; registered after Orleans, so that they stop before it.</summary>
    internal static void AddNode(this IServiceCollection services, AudioClusterOptions options)
    {
        services.AddSingleton<NodeAgent>().AddHostedService(provider => provider.GetRequiredService<NodeAgent>());
        if (!options.IsCluster)
            return;
        services.AddHostedService<NodeDrain>();
        services.AddSingleton(provider => new NodeServer(options.Secret!, provider.GetRequiredService<RelayDirectory>(), provider.GetRequiredService<TimeProvider>()));
        // Streams are handed over before the host stops, in addition to its shutdown time.
        services.PostConfigure<HostOptions>(host => host.ShutdownTimeout += options.DrainTimeout);
        services.AddHostedService<DeadSilos>();
    }

    /// <summary>Adds a client of the cluster's silos, for a gateway without a silo.</summary>
    internal static IHostApplicationBuilder AddClusterClient(this IHostApplicationBuilder builder, AudioClusterOptions options, string connectionString)
    {
        builder.UseOrleansClient(client =>
        {
            client.Configure<Orleans.Configuration.ClusterOptions>(ids => (ids.ClusterId, ids.ServiceId) = (options.Id, options.Id));
            client.UseAdoNetClustering(tables => (tables.Invariant, tables.ConnectionString) = (Invariant, connectionString));
            client.AddDashboard(options);
            client.Configure<ClientMessagingOptions>(messaging => messaging.ResponseTimeout = options.ResponseTimeout);
            client.Configure<GatewayOptions>(gateways => gateways.GatewayListRefreshPeriod = GatewayRefresh);
            client.UseConnectionRetryFilter(async (_, cancellationToken) =>
            {
                // Gateways may start before the first silo.
                await Task.Delay(ConnectPause, TimeProvider.System, cancellationToken);
                return true;
            });
        });
        return builder;
    }

    /// <summary>Serves this node's relays to other nodes, and its metrics, on the node port only.</summary>
    public static void UseNodePort(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<AudioClusterOptions>();
        if (options is not { IsCluster: true, HasSilo: true })
            return;
        var server = app.Services.GetRequiredService<NodeServer>();
        var metrics = new NodeMetrics(options.Secret!, app.BuildMetricsExporter());
        app.Use(next => context => context.Connection.LocalPort != options.NodePort ? next(context)
            : context.Request.Path.StartsWithSegments("/node", StringComparison.Ordinal) ? server.HandleAsync(context)
            : context.Request.Path == PlatformMetrics.Path ? metrics.HandleAsync(context)
            : next(context));
    }
}
