using System.Collections.Concurrent;
using Audio.Orleans.Contracts.Operations;
using Audio.Orleans.Persistence;
using Audio.Orleans.Silo;
using Audio.Orleans.Silo.Cluster;
using Audio.Orleans.Testing;
using Dapper;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Audio.Orleans.Grains.Tests.Operations;

/// <summary>
/// A silo with all grains on a database; two on one are what a cluster is in which a silo was taken for dead and still works. Answers
/// can be made to get lost on their way.
/// </summary>
public sealed class OperationSilo : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly LostAnswers _lost;

    private OperationSilo(IHost host, LostAnswers lost) => (_host, _lost) = (host, lost);

    /// <summary>Its grains.</summary>
    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Its database.</summary>
    public AudioDatabase Database => _host.Services.GetRequiredService<AudioDatabase>();

    /// <summary>A service of its.</summary>
    public T Service<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Starts one.</summary>
    /// <param name="connectionString">Its database.</param>
    /// <param name="settings">What it is told beside.</param>
    /// <param name="clock">Its clock; the system's unless told.</param>
    public static async Task<OperationSilo> StartAsync(string connectionString, IReadOnlyDictionary<string, string?>? settings = null, TimeProvider? clock = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Outbound:AllowedNetworks:0"] = "127.0.0.0/8" });
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Logging.ClearProviders();
        if (clock is not null)
            builder.Services.AddSingleton(clock);
        var lost = new LostAnswers();
        builder.Services.AddSingleton<IIncomingGrainCallFilter>(lost); // Before all others: around them.
        var folder = new TestFolder("operations");
        builder.Services.AddSingleton(_ => folder); // Goes with the host.
        var platform = new PlatformOptions { DataFolder = folder.Path, ConnectionString = connectionString, MasterKey = Convert.ToBase64String(new byte[32]) };
        builder.AddAudioPlatform(platform, new ClusterOptions { SiloPort = FreePort.Next(), ClientPort = FreePort.Next() });
        var host = builder.Build();
        _ = host.Services.GetRequiredService<TestFolder>();
        await host.StartAsync();
        return new OperationSilo(host, lost);
    }

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
        await _host.StopAsync();
        await ((IAsyncDisposable)_host).DisposeAsync();
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
