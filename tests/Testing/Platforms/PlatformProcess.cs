using System.Collections.Immutable;
using System.Net;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Platforms;

/// <summary>The whole platform as its users run it: a separate process, on a free port of 127.0.0.1.</summary>
public sealed class PlatformProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LogDeadline = TimeSpan.FromSeconds(10);

    private readonly Queue<string> _log = new();
    private readonly ImmutableDictionary<string, string?> _settings;
    private readonly TestFolder? _folder;
    private ChildProcess _process = null!;

    private PlatformProcess(ImmutableDictionary<string, string?> settings, TestFolder? folder)
    {
        Port = FreePort.Next();
        _folder = folder;
        _settings = settings;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = Url };
    }

    /// <summary>The port it listens on; the same after a restart.</summary>
    public int Port { get; }

    /// <summary>Its address.</summary>
    public Uri Url => new($"http://127.0.0.1:{Port}");

    /// <summary>A client without a token that follows no redirects.</summary>
    public HttpClient Client { get; }

    /// <summary>The platform's process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Its data folder.</summary>
    public string DataFolder => _settings["Data"]!;

    /// <summary>Its database.</summary>
    public string ConnectionString => _settings["ConnectionStrings__Audio"]!;

    /// <summary>The last lines of its log, oldest first.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return string.Join('\n', _log);
        }
    }

    /// <summary>Waits until one line of its log contains all these texts, and returns the log: a line may come some time after its event.</summary>
    public async Task<string> LogWithAsync(params string[] texts)
    {
        var log = "";
        await Eventually.That(
            () => (log = Log).Split('\n').Any(line => texts.All(text => line.Contains(text, StringComparison.Ordinal))),
            LogDeadline, $"the log contains '{string.Join("' and '", texts)}'");
        return log;
    }

    /// <summary>Starts a platform that may connect to 127.0.0.1 and uses a fresh database of the shared server, unless the settings say otherwise.</summary>
    public static async Task<PlatformProcess> StartAsync(IReadOnlyDictionary<string, string?>? settings = null)
    {
        var folder = new TestFolder("platform");
        // A private PostgreSQL runs as another user when we are root.
        File.SetUnixFileMode(folder.Path, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherExecute);
        var all = Programs.Settings.Add("Data", folder.Path).SetItems(settings ?? ImmutableDictionary<string, string?>.Empty);
        if (!all.ContainsKey("ConnectionStrings__Audio"))
            all = all.Add("ConnectionStrings__Audio", await PostgresServer.NewDatabaseAsync());
        var platform = new PlatformProcess(all, folder);
        await platform.StartAsync();
        return platform;
    }

    /// <summary>Starts it again, on the same port and data.</summary>
    public async Task StartAsync()
    {
        _process = await ChildProcess.StartAsync(
            new ProcessCommand("dotnet", "exec", Programs.PathOf("Gateway"), "--urls", Url.ToString())
            {
                Environment = _settings,
                GracePeriod = TimeSpan.FromSeconds(15),
                ErrorTailLines = 200,
                OnErrorLine = Remember,
            },
            TimeProvider.System);
        await Eventually.That(async () => _process.Exited.IsCompleted || await IsReadyAsync(), StartTimeout, "the platform is ready");
        if (_process.Exited.IsCompleted)
            throw new InvalidOperationException($"The platform ended at once:\n{Log}");
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        Signals.Send(_process.Id, Signal.Kill);
        await _process.Exited;
    }

    /// <summary>Stops it with SIGTERM and waits until it has ended.</summary>
    public async Task<ProcessExit> StopAsync()
    {
        Signals.Send(_process.Id, Signal.Terminate);
        return await _process.Exited.WaitAsync(StopTimeout);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _process.DisposeAsync();
        _folder?.Dispose();
    }

    /// <summary>Removes its data; for a platform that runs as long as the test process.</summary>
    public void RemoveFolder() => _folder?.Dispose();

    private void Remember(string line)
    {
        lock (_log)
        {
            _log.Enqueue(line);
            if (_log.Count > 500)
                _log.Dequeue();
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Client.GetAsync(new Uri("/readyz", UriKind.Relative));
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false; // Not up yet.
        }
    }
}
