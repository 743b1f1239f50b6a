using System.Net;
using System.Net.Sockets;
using AudioOrleans.RelayHost.Nodes;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.RelayHost.Tests.Processes;
using AudioOrleans.Testing;

namespace AudioOrleans.RelayHost.Tests.Nodes;

/// <summary>A node in a separate process that relays one stream.</summary>
internal sealed class Node : IAsyncDisposable
{
    public const string Secret = "a secret that only the nodes know";

    private readonly ChildProcess _process;

    private Node(ChildProcess process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Starts a node; with <paramref name="takesOver"/> it waits briefly for the window of the stream's previous relay.</summary>
    public static async Task<Node> StartAsync(Guid streamId, Uri source, bool takesOver = false)
    {
        var port = FreePort.Next();
        var process = await ChildProcess.StartAsync(
            new ProcessCommand(
                "dotnet", "exec", typeof(ParentProgram).Assembly.Location, "node", $"{port}", Secret, $"{streamId:D}", source.ToString(), takesOver ? "takeover" : "fresh")
            {
                GracePeriod = TimeSpan.FromSeconds(10),
            },
            TimeProvider.System);
        await Eventually.That(async () => process.Exited.IsCompleted || await IsUpAsync(port), TimeSpan.FromSeconds(30), "the node is up");
        return new Node(process, new Uri($"http://127.0.0.1:{port}"));
    }

    /// <summary>Kills it with SIGKILL.</summary>
    public async Task KillAsync()
    {
        Signals.Send(_process.Id, Signal.Kill);
        await _process.Exited;
    }

    /// <summary>Stops it with SIGTERM: it disconnects from the source, finishes its last segment and hands over.</summary>
    public Task StopAsync() => _process.StopAsync();

    public async ValueTask DisposeAsync() => await _process.DisposeAsync();

    private static async Task<bool> IsUpAsync(int port)
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false; // Not yet.
        }
    }
}

/// <summary>Finds the stream where a test has put it.</summary>
internal sealed class Locator : IRelayLocator
{
    public volatile RelayLocation Location = new(null, false);

    public Task<RelayLocation> LocateAsync(Guid streamId, CancellationToken cancellationToken) => Task.FromResult(Location);
}
