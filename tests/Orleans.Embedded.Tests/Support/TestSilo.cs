using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;

namespace Audio.Orleans.Embedded.Tests.Support;

/// <summary>A host with a silo, started and ready for calls.</summary>
internal sealed class TestSilo : IAsyncDisposable
{
    private TestSilo(IHost host, ManualClock? clock)
    {
        Host = host;
        ManualClock = clock;
    }

    public IHost Host { get; }

    public ManualClock? ManualClock { get; }

    public ManualClock Clock => ManualClock ?? throw new InvalidOperationException("The silo runs by the real clock.");

    public IGrainFactory Grains => Host.Services.GetRequiredService<IGrainFactory>();

    public static string NewKey() => $"key-{Guid.NewGuid():N}";

    public static async Task<TestSilo> StartAsync(Action<ISiloBuilder>? configure = null, ManualClock? clock = null)
    {
        var silo = Build(configure, clock);
        await silo.Host.StartAsync();
        return silo;
    }

    public static TestSilo Build(Action<ISiloBuilder>? configure = null, ManualClock? clock = null)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        if (clock is not null)
            builder.Services.AddSingleton<TimeProvider>(clock);
        builder.UseOrleans(silo =>
        {
            silo.UseLocalhostClustering(FreePort(), FreePort());
            silo.AddMemoryGrainStorageAsDefault();
            silo.AddMemoryGrainStorage("named");

            // Classes that a silo has to refuse are there for tests that ask for them.
            silo.Configure<GrainTypeOptions>(types => types.Classes.RemoveWhere(type => type.Namespace?.EndsWith(".Refused", StringComparison.Ordinal) == true));
            if (clock is not null)
            {
                // A clock that leaps must not cut short the end of a grain that began before the leap.
                silo.Configure<GrainCollectionOptions>(options => options.DeactivationTimeout = TimeSpan.FromDays(1));
            }

            configure?.Invoke(silo);
        });
        return new(builder.Build(), clock);
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(Wait.Deadline, TimeProvider.System);
        await Host.StopAsync(limit.Token);
        Host.Dispose();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
