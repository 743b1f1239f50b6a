using System.Collections.Immutable;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Platforms;

/// <summary>A silo or a gateway of a <see cref="ClusterProcess"/>: a separate process.</summary>
public sealed class MemberProcess : IAsyncDisposable
{
    private const int LogLines = 2000;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(60);

    private readonly Queue<LogLine> _log = new();
    private readonly ChildProcess _process;

    private MemberProcess(string name, Uri url, ProcessCommand command)
    {
        (Name, Url) = (name, url);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = url };
        _process = ChildProcess.Start(command with { OnErrorLine = Remember }, TimeProvider.System);
    }

    /// <summary>Its name, as the status of streams and the list of nodes have it.</summary>
    public string Name { get; }

    /// <summary>The address of a gateway; for a silo, the address at which it serves its relays.</summary>
    public Uri Url { get; }

    /// <summary>A client without a token.</summary>
    public HttpClient Client { get; }

    /// <summary>Its process id.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Whether it is still running.</summary>
    public bool IsAlive => !_process.Exited.IsCompleted;

    /// <summary>The last lines of its log, oldest first.</summary>
    public ImmutableArray<LogLine> Log
    {
        get
        {
            lock (_log)
                return [.. _log];
        }
    }

    /// <summary>Starts a member and waits until it is ready.</summary>
    /// <exception cref="InvalidOperationException">It ended at once; the message contains its log.</exception>
    public static async Task<MemberProcess> StartAsync(string name, string program, Uri url, IReadOnlyDictionary<string, string?> settings)
    {
        var member = new MemberProcess(name, url, new ProcessCommand("dotnet", "exec", Programs.PathOf(program), "--urls", url.ToString())
        {
            Environment = settings.ToImmutableDictionary(),
            GracePeriod = TimeSpan.FromSeconds(45), // Streams are handed over first.
        });
        try
        {
            await Eventually.That(async () => !member.IsAlive || await member.IsReadyAsync(), StartTimeout, $"{name} is ready");
        }
        catch (TimeoutException exception)
        {
            await member.DisposeAsync();
            throw new InvalidOperationException($"{name} did not become ready:\n{member.LogTail()}", exception);
        }
        if (!member.IsAlive)
        {
            await member.DisposeAsync();
            throw new InvalidOperationException($"{name} ended at once:\n{member.LogTail()}");
        }
        return member;
    }

    /// <summary>The last lines of its log as text.</summary>
    public string LogTail(int lines = 40) => string.Join('\n', Log.TakeLast(lines).Select(line => line.Text));

    /// <summary>Kills it with SIGKILL.</summary>
    /// <returns>When the signal was sent, by <see cref="TimeProvider.GetTimestamp"/>.</returns>
    public async Task<long> KillAsync()
    {
        var at = TimeProvider.System.GetTimestamp();
        Signals.Send(_process.Id, Signal.Kill);
        await _process.Exited;
        return at;
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
        _process.Kill();
        await _process.DisposeAsync();
    }

    private void Remember(string line)
    {
        lock (_log)
        {
            _log.Enqueue(new LogLine(TimeProvider.System.GetTimestamp(), line));
            if (_log.Count > LogLines)
                _log.Dequeue();
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Client.GetAsync(new Uri("/readyz", UriKind.Relative));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // Not up yet.
        }
    }
}

/// <summary>A line that a process logged.</summary>
/// <param name="At">When it was logged, by <see cref="TimeProvider.GetTimestamp"/>.</param>
/// <param name="Text">The line.</param>
public sealed record LogLine(long At, string Text);
