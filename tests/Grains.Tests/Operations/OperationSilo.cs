using System.Collections.Concurrent;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Persistence;
using AudioOrleans.Silo;
using AudioOrleans.Silo.Cluster;
using AudioOrleans.Testing;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.TestingHost;

namespace AudioOrleans.Grains.Tests.Operations;

/// <summary>
/// A silo with all grains and a database. Two silos on one database behave like a cluster in which a silo was declared dead but still
/// runs. Responses can be dropped on purpose.
/// </summary>
public sealed class OperationSilo : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly LostResponses _lost;

    private OperationSilo(InProcessTestCluster cluster, LostResponses lost) => (_cluster, _lost) = (cluster, lost);

    /// <summary>Its grains.</summary>
    public IGrainFactory Grains => Service<IGrainFactory>();

    /// <summary>Its database.</summary>
    public AudioDatabase Database => Service<AudioDatabase>();

    /// <summary>One of its services.</summary>
    public T Service<T>()
        where T : notnull => _cluster.GetSiloServiceProvider().GetRequiredService<T>();

    /// <summary>Starts one.</summary>
    /// <param name="connectionString">Its database.</param>
    /// <param name="settings">Additional settings.</param>
    /// <param name="clock">Its clock; the system's by default.</param>
    public static async Task<OperationSilo> StartAsync(string connectionString, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? clock = null)
    {
        var lost = new LostResponses();
        var builder = new InProcessTestClusterBuilder(1);
        (builder.Options.ConfigureFileLogging, builder.Options.InitializeClientOnDeploy) = (false, false);
        builder.Options.ServiceId = "audio"; // The same for every silo on the database.
        builder.ConfigureSiloHost((_, host) =>
        {
            host.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Outbound:AllowedNetworks:0"] = "127.0.0.0/8" });
            host.Configuration.AddInMemoryCollection(settings);
            host.Logging.ClearProviders();
            if (clock is not null)
                host.Services.AddSingleton(clock);
            host.Services.AddSingleton<IIncomingGrainCallFilter>(lost); // Registered first, so it wraps all other filters.
            var folder = new TestFolder("operations");
            host.Services.AddSingleton(_ => folder); // Disposed with the host.
            var platform = new PlatformOptions { DataFolder = folder.Path, ConnectionString = connectionString, MasterKey = Convert.ToBase64String(new byte[32]) };
            host.AddAudioPlatform(platform, new AudioClusterOptions());
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        var silo = new OperationSilo(cluster, lost);
        _ = silo.Service<TestFolder>();
        return silo;
    }

    /// <summary>Deactivates a grain; the next call creates a new activation.</summary>
    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain);

    /// <summary>Drops the next response of a method: the method runs, and its caller gets a timeout.</summary>
    public void LoseResponseOf(string method) => _lost.Methods[method] = true;

    /// <summary>Makes a call as one attempt at an operation.</summary>
    public static async Task<T> CallAsync<T>(Operation operation, Func<Task<T>> call)
    {
        OperationContext.Enter(operation);
        return await call();
    }

    /// <summary>Makes a call whose response is lost, and makes it again.</summary>
    public async Task<T> CallTwiceAsync<T>(string method, Func<Task<T>> call)
    {
        var first = Operation.New();
        LoseResponseOf(method);
        await Assert.ThrowsAsync<TimeoutException>(() => CallAsync(first, call));
        return await CallAsync(first.Again(), call);
    }

    /// <summary>Reads a number from the database.</summary>
    public Task<long> CountAsync(string sql, object? parameters = null) =>
        Database.RunAsync(connection => connection.ExecuteScalarAsync<long>(sql, parameters));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    private sealed class LostResponses : IIncomingGrainCallFilter
    {
        public ConcurrentDictionary<string, bool> Methods { get; } = new();

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            await context.Invoke();
            if (Methods.TryRemove(context.MethodName, out _))
                throw new TimeoutException($"The response of {context.MethodName} was lost.");
        }
    }
}
