using System.Security.Cryptography;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Domains;

/// <summary>A real BIND on a free port of 127.0.0.1 with one zone that takes updates signed by one key.</summary>
public sealed class NamedServer : IAsyncDisposable
{
    /// <summary>The zone.</summary>
    public const string Zone = "radio.test";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new("named");
    private readonly string _secret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private ChildProcess? _process;

    private NamedServer()
    {
    }

    /// <summary>Its address, as settings name it.</summary>
    public string Address => $"127.0.0.1:{Port}";

    /// <summary>The key, as settings name it.</summary>
    public string Key => $"hmac-sha256:updates:{_secret}";

    private int Port { get; } = FreePort.Next();

    /// <summary>Starts a server.</summary>
    /// <param name="records">The lines of its zone.</param>
    public static async Task<NamedServer> StartAsync(params string[] records)
    {
        var server = new NamedServer();
        try
        {
            await server.PrepareAsync(records);
            server._process = await ChildProcess.StartAsync(new ProcessCommand("/usr/sbin/named", "-4", "-c", server._folder["named.conf"], "-n", "1", "-f"), TimeProvider.System);
            await Eventually.That(async () => server._process.Exited.IsCompleted || (await server.LookUpAsync(Zone, "SOA")).Length > 0, StartTimeout, "named answers");
            return server._process.Exited.IsCompleted ? throw new InvalidOperationException($"named ended at once: {string.Join(" | ", server._process.ErrorTail)}") : server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Sets a record, as an administrator of the zone does.</summary>
    public Task AddAsync(string name, string type, string value) => UpdateAsync($"update add {name}. 1 {type} {value}");

    /// <summary>Removes records.</summary>
    public Task RemoveAsync(string name, string type) => UpdateAsync($"update delete {name}. {type}");

    /// <summary>The values of a record; empty for none.</summary>
    public async Task<string> LookUpAsync(string name, string type)
    {
        try
        {
            return (await ProcessRunner.RunAsync(new ProcessCommand("dig", "+short", "+time=1", "+tries=1", "-p", $"{Port}", "@127.0.0.1", name, type), TimeSpan.FromSeconds(10), TimeProvider.System)).Text.Trim();
        }
        catch (ProcessFailedException)
        {
            return ""; // Not up yet.
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task UpdateAsync(string command)
    {
        using var input = new MemoryStream(System.Text.Encoding.ASCII.GetBytes($"server 127.0.0.1 {Port}\nzone {Zone}\nkey hmac-sha256:updates {_secret}\n{command}\nsend\n"));
        await ProcessRunner.RunAsync(new ProcessCommand("nsupdate"), TimeSpan.FromSeconds(10), TimeProvider.System, input);
    }

    private async Task PrepareAsync(string[] records)
    {
        await File.WriteAllTextAsync(_folder["zone"], $"""
            $TTL 1
            @ IN SOA ns.{Zone}. admin.{Zone}. ( 1 60 60 60 1 )
            @ IN NS ns.{Zone}.
            ns IN A 127.0.0.1
            {string.Join('\n', records)}

            """);
        await File.WriteAllTextAsync(_folder["named.conf"], $$"""
            key updates { algorithm hmac-sha256; secret "{{_secret}}"; };
            options {
              directory "{{_folder.Path}}"; pid-file "{{_folder["named.pid"]}}"; session-keyfile "{{_folder["session.key"]}}";
              listen-on port {{Port}} { 127.0.0.1; }; listen-on-v6 { none; };
              recursion no; dnssec-validation no; notify no; allow-transfer { none; };
            };
            controls { };
            zone "{{Zone}}" { type master; file "{{_folder["zone"]}}"; update-policy { grant updates zonesub ANY; }; };

            """);
    }
}
