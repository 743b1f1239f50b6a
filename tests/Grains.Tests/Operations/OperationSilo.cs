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
/// A silo with all grains on a database; two on one are what a cluster is in which a silo was taken for dead and still works. Answers
/// can be made to get lost on their way.
/// </summary>
public sealed class OperationSilo : IAsyncDisposable
{
    private readonly InProcessTestCluster _cluster;
    private readonly LostAnswers _lost;

    private OperationSilo(InProcessTestCluster cluster, LostAnswers lost) => (_cluster, _lost) = (cluster, lost);

    /// <summary>Its grains.</summary>
    public IGrainFactory Grains => Service<IGrainFactory>();

    /// <summary>Its database.</summary>
    public AudioDatabase Database => Service<AudioDatabase>();

    /// <summary>A service of its.</summary>
    public T Service<T>()
        where T : notnull => _cluster.GetSiloServiceProvider().GetRequiredService<T>();

    /// <summary>Starts one.</summary>
    /// <param name="connectionString">Its database.</param>
    /// <param name="settings">What it is told beside.</param>
    /// <param name="clock">Its clock; the system's unless told.</param>
    public static async Task<OperationSilo> StartAsync(string connectionString, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? clock = null)
    {
        var lost = new LostAnswers();
        var builder = new InProcessTestClusterBuilder(1);
        (builder.Options.ConfigureFileLogging, builder.Options.InitializeClientOnDeploy) = (false, false);
        builder.Options.ServiceId = "audio"; // As the next one on the database.
        builder.ConfigureSiloHost((_, host) =>
        {
            host.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Outbound:AllowedNetworks:0"] = "127.0.0.0/8" });
            host.Configuration.AddInMemoryCollection(settings);
            host.Logging.ClearProviders();
            if (clock is not null)
                host.Services.AddSingleton(clock);
            host.Services.AddSingleton<IIncomingGrainCallFilter>(lost); // Before all others: around them.
            var folder = new TestFolder("operations");
            host.Services.AddSingleton(_ => folder); // Goes with the host.
            var platform = new PlatformOptions { DataFolder = folder.Path, ConnectionString = connectionString, MasterKey = Convert.ToBase64String(new byte[32]) };
            host.AddAudioPlatform(platform, new AudioClusterOptions());
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        var silo = new OperationSilo(cluster, lost);
        _ = silo.Service<TestFolder>();
        return silo;
    }

    /// <summary>Ends a grain's activation; the next call makes a fresh one.</summary>
    public Task DeactivateAsync(IAddressable grain) => _cluster.DeactivateAsync(grain);

    /// <summary>The next answer of a method is lost: it does its work, and its caller sees a timeout.</summary>
    public void LoseAnswerOf(string method) => _lost.Methods[method] = true;

    /// <summary>Calls as one attempt at an operation.</summary>
    public static async Task<T> CallAsync<T>(Operation operation, Func<Task<T>> call)
    {
        OperationContext.Enter(operation);
        return await call();
    }

    /// <summary>Calls, gets no answer, and calls again.</summary>
    public async Task<T> CallTwiceAsync<T>(string method, Func<Task<T>> call)
    {
        var first = Operation.New();
        LoseAnswerOf(method);
        await Assert.ThrowsAsync<TimeoutException>(() => CallAsync(first, call));
        return await CallAsync(first.Again(), call);
    }

    /// <summary>A number out of the database.</summary>
    public Task<long> CountAsync(string sql, object? parameters = null) =>
        Database.RunAsync(connection => connection.ExecuteScalarAsync<long>(sql, parameters));

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    private sealed class LostAnswers : IIncomingGrainCallFilter
    {
        public ConcurrentDictionary<string, bool> Methods { get; } = new();

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            await context.Invoke();
            if (Methods.TryRemove(context.MethodName, out _))
                throw new TimeoutException($"The answer of {context.MethodName} was lost.");
        }
    }
}
