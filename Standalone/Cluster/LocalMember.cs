using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Standalone.Cluster;

/// <summary>One process of a cluster on one machine.</summary>
internal sealed class LocalMember : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly ChildProcess _process;
    private readonly TextWriter _log;

    private LocalMember(string name, bool isGateway, Uri url, ChildProcess process, TextWriter log) =>
        (Name, IsGateway, Url, _process, _log) = (name, isGateway, url, process, log);

    public string Name { get; }

    public bool IsGateway { get; }

    /// <summary>A gateway's public URL, or a silo's URL for other members.</summary>
    public Uri Url { get; }

    public int ProcessId => _process.Id;

    public Task<ProcessExit> Exited => _process.Exited;

    public static Task<LocalMember> StartSiloAsync(string name, ImmutableDictionary<string, string?> common, string dataFolder)
    {
        var ports = FreePorts(3);
        return StartAsync(name, isGateway: false, ports[2], dataFolder, "Silo", [], common
            .Add("Cluster__NodeName", name).Add("Cluster__SiloPort", $"{ports[0]}").Add("Cluster__ClientPort", $"{ports[1]}").Add("Cluster__NodePort", $"{ports[2]}"));
    }

    public static Task<LocalMember> StartGatewayAsync(string name, int port, bool demo, ImmutableDictionary<string, string?> common, string dataFolder) =>
        StartAsync(name, isGateway: true, port, dataFolder, "Gateway", ["--urls", $"http://127.0.0.1:{port}"], common
            .Add("Cluster__Role", "gateway").Add("Cluster__NodeName", name).Add("Demo__Enabled", demo ? "true" : "false"));

    /// <summary>Completes when the member reports that it is ready.</summary>
    /// <exception cref="InvalidOperationException">The process exited or took too long.</exception>
    public async Task ReadyAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        for (var started = TimeProvider.System.GetTimestamp(); ; await Task.Delay(Pause, TimeProvider.System, cancellationToken))
        {
            if (_process.Exited.IsCompleted)
                throw new InvalidOperationException($"{Name} ended at once: {string.Join('\n', _process.ErrorTail)}");
            if (TimeProvider.System.GetElapsedTime(started) > timeout)
                throw new InvalidOperationException($"{Name} is not ready after {timeout.TotalSeconds:0} s: {string.Join('\n', _process.ErrorTail)}");
            try
            {
                using var answer = await client.GetAsync(new Uri(Url, "/readyz"), cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It is not listening yet.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _log.DisposeAsync();
    }

    private static async Task<LocalMember> StartAsync(
        string name, bool isGateway, int port, string dataFolder, string program, ImmutableArray<string> arguments, ImmutableDictionary<string, string?> settings)
    {
        var logs = Directory.CreateDirectory(Path.Combine(dataFolder, "logs"));
        var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(logs.FullName, $"{name}.log"), append: true) { AutoFlush = true });
        // In the same folder as this program, where the build puts all of them.
        var here = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var assembly = Path.Combine(here.Parent!.Parent!.FullName, program, here.Name, $"Audio.Orleans.{program}.dll");
        var process = await ChildProcess.StartAsync(
            new ProcessCommand("dotnet", ["exec", assembly, .. arguments])
            {
                Environment = settings.Add("Data", Path.Combine(dataFolder, name)),
                GracePeriod = TimeSpan.FromSeconds(45), // Streams are handed over first.
                OnErrorLine = log.WriteLine,
            },
            TimeProvider.System);
        return new LocalMember(name, isGateway, new Uri($"http://127.0.0.1:{port}"), process, log);
    }

    private static int[] FreePorts(int count)
    {
        // All open at the same time, so that no port is returned twice.
        var listeners = Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0)).ToArray();
        foreach (var listener in listeners)
            listener.Start();
        var ports = listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port).ToArray();
        foreach (var listener in listeners)
            listener.Dispose();
        return ports;
    }
}
