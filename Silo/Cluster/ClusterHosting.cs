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

/// <summary>Makes a silo or a gateway a member of its cluster.</summary>
public static class ClusterHosting
{
    private const string Invariant = "Npgsql";

    private static readonly TimeSpan GatewayRefresh = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ConnectPause = TimeSpan.FromSeconds(1);

    /// <summary>What the nodes wait for a window of a stream that they take over, unless <c>Relay__TakeoverWait</c> says otherwise.</summary>
    private static readonly TimeSpan TakeoverWait = TimeSpan.FromSeconds(1.5);

    /// <summary>Reads and checks the section <c>Cluster</c>, and puts what it means for relays and for the stop into the other settings.</summary>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">The settings make no cluster.</exception>
    public static AudioClusterOptions ReadCluster(this IHostApplicationBuilder builder)
    {
        var options = builder.Configuration.ReadOptions<AudioClusterOptions>();
        builder.Services.AddSingleton(options);
        if (!options.IsCluster)
            return options;
        if (string.IsNullOrWhiteSpace(builder.Configuration.GetConnectionString("Audio")))
            throw WrongSetting.Create("ConnectionStrings:Audio", "the database that all processes of the cluster share");
        if (options.HasSilo && string.IsNullOrWhiteSpace(builder.Configuration["Secrets:MasterKey"]))
            throw WrongSetting.Create("Secrets:MasterKey", "32 bytes in base64, the same for all silos, since what one seals the others must open");
        if (builder.Configuration["Relay:TakeoverWait"] is null)
            builder.Configuration.AddInMemoryCollection([new("Relay:TakeoverWait", TakeoverWait.ToString())]);
        return options;
    }

    /// <summary>How the silo knows the others, where they find it, and what it tells them.</summary>
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
            // With the ordinary directory a dead silo takes its part of the addresses along, and grains on other silos end because theirs
            // was in it: relays that had nothing to do with it would break. This one asks the silos that are left.
#pragma warning disable ORLEANSEXP003 // Experimental in Orleans 10; without it a kill -9 breaks relays of other silos.
            silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
            // It would give nobody the streams of a dead silo for half a minute, lest that silo still lives. It may: for a moment, until it
            // learns that it was declared dead and ends itself, a stream is then relayed twice.
            silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
            return silo;
        }
        // Nobody else is to call this silo: it has no port for clients, and the one that Orleans insists on is a free one.
        var port = new ReservedPort();
        silo.Services.AddSingleton(_ => port); // By a factory, so that it is disposed of with the silo.
        return silo.UseLocalhostClustering(port.Number, gatewayPort: 0);
    }

    /// <summary>What a silo of a cluster does beside its grains; after Orleans, so that it stops before it.</summary>
    internal static void AddNode(this IServiceCollection services, AudioClusterOptions options)
    {
        services.AddSingleton<NodeAgent>().AddHostedService(provider => provider.GetRequiredService<NodeAgent>());
        if (!options.IsCluster)
            return;
        services.AddHostedService<NodeDrain>();
        services.AddSingleton(provider => new NodeServer(options.Secret!, provider.GetRequiredService<RelayDirectory>(), provider.GetRequiredService<TimeProvider>()));
        // Streams are given away before the host stops, on top of what that takes.
        services.PostConfigure<HostOptions>(host => host.ShutdownTimeout += options.DrainTimeout);
        services.AddHostedService<DeadSilos>();
    }

    /// <summary>A client of the cluster's silos, for a gateway without a silo.</summary>
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
                // Gateways may be started before the first silo.
                await Task.Delay(ConnectPause, TimeProvider.System, cancellationToken);
                return true;
            });
        });
        return builder;
    }

    /// <summary>Serves the relays of this node to others, and its metrics, on the node's port and on no other.</summary>
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
