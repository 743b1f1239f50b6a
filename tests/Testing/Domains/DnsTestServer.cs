using System.Net.Http.Json;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Domains;

/// <summary>A DNS server whose records are set by HTTP: Debian's pebble-challtestsrv, on free ports of 127.0.0.1.</summary>
public sealed class DnsTestServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    private readonly HttpClient _client;
    private readonly ChildProcess _process;

    private DnsTestServer(int port, int management, ChildProcess process)
    {
        (Port, _process) = (port, process);
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri($"http://127.0.0.1:{management}") };
    }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Its address, as settings name it.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>Starts a server without records.</summary>
    public static async Task<DnsTestServer> StartAsync()
    {
        var (port, management) = (FreePort.Next(), FreePort.Next());
        var server = new DnsTestServer(port, management, await ChildProcess.StartAsync(
            new ProcessCommand(
                "pebble-challtestsrv", "-defaultIPv4", "", "-defaultIPv6", "", "-dns01", $"127.0.0.1:{port}", "-management", $"127.0.0.1:{management}", "-http01", "", "-https01", "", "-tlsalpn01", ""),
            TimeProvider.System));
        await Eventually.That(async () => server._process.Exited.IsCompleted || await server.AnswersAsync(), StartTimeout, "the DNS server answers");
        return server._process.Exited.IsCompleted ? throw new InvalidOperationException($"pebble-challtestsrv ended at once: {string.Join(" | ", server._process.ErrorTail)}") : server;
    }

    /// <summary>Sets the TXT record of a name.</summary>
    public Task SetTextAsync(string name, string value) => PostAsync("set-txt", new { host = $"{name}.", value });

    /// <summary>Removes the TXT records of a name.</summary>
    public Task ClearTextAsync(string name) => PostAsync("clear-txt", new { host = $"{name}." });

    /// <summary>Sets the CNAME record of a name.</summary>
    public Task SetCnameAsync(string name, string target) => PostAsync("set-cname", new { host = $"{name}.", target = $"{target}." });

    /// <summary>Removes the CNAME record of a name.</summary>
    public Task ClearCnameAsync(string name) => PostAsync("clear-cname", new { host = $"{name}." });

    /// <summary>Sets the address of a name.</summary>
    public async Task SetAddressAsync(string name, string address)
    {
        await PostAsync("clear-a", new { host = $"{name}." });
        await PostAsync("add-a", new { host = $"{name}.", addresses = new[] { address } });
    }

    /// <summary>Answers questions for a name by SERVFAIL.</summary>
    public Task FailAsync(string name) => PostAsync("set-servfail", new { host = $"{name}." });

    /// <summary>Stops doing so.</summary>
    public Task RecoverAsync(string name) => PostAsync("clear-servfail", new { host = $"{name}." });

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _process.DisposeAsync();
    }

    private async Task PostAsync(string path, object body)
    {
        using var response = await _client.PostAsJsonAsync(new Uri(path, UriKind.Relative), body);
        response.EnsureSuccessStatusCode();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await ClearTextAsync("nobody.test");
            return true;
        }
        catch (HttpRequestException)
        {
            return false; // Not up yet.
        }
    }
}
