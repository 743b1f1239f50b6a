using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Domains;

/// <summary>A real certificate authority on free ports of 127.0.0.1: Let's Encrypt's pebble.</summary>
public sealed class PebbleServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new("pebble");
    private readonly int _port = FreePort.Next();
    private readonly int _management = FreePort.Next();
    private readonly HttpClient _client;
    private ChildProcess? _process;

    private PebbleServer()
    {
#pragma warning disable CA5359 // Its certificate is made here, and nobody can revoke it.
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
#pragma warning restore CA5359
    }

    /// <summary>The ACME directory.</summary>
    public string Directory => $"https://localhost:{_port}/dir";

    /// <summary>A file with the certificate by which its server is trusted.</summary>
    public string TrustedRoot => _folder["server.crt"];

    /// <summary>A file with the root of the certificates that it issues.</summary>
    public string IssuedRoot => _folder["root.pem"];

    /// <summary>Settings of a platform that uses it.</summary>
    public ImmutableDictionary<string, string?> Settings => ImmutableDictionary<string, string?>.Empty
        .Add("Domains__Acme__Directory", Directory).Add("Domains__Acme__Email", "acme@example.org").Add("Domains__Acme__TrustedRoot", TrustedRoot);

    /// <summary>What it wrote.</summary>
    public ImmutableArray<string> Log => _process!.ErrorTail;

    /// <summary>Starts an authority.</summary>
    /// <param name="dns">The DNS server that it asks.</param>
    /// <param name="httpPort">Where it connects to for HTTP-01.</param>
    public static async Task<PebbleServer> StartAsync(string dns, int httpPort)
    {
        var server = new PebbleServer();
        try
        {
            server.WriteCertificate();
            await File.WriteAllTextAsync(server._folder["pebble.json"], JsonSerializer.Serialize(new
            {
                pebble = new
                {
                    listenAddress = $"127.0.0.1:{server._port}", managementListenAddress = $"127.0.0.1:{server._management}", certificate = server.TrustedRoot,
                    privateKey = server._folder["server.key"], httpPort, tlsPort = 1, ocspResponderURL = "", externalAccountBindingRequired = false,
                },
            }));
            await server.StartAsync(dns);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again: it has forgotten all accounts, and has a new root.</summary>
    public async Task StartAsync(string dns)
    {
        _process = await ChildProcess.StartAsync(
            new ProcessCommand("pebble", "-config", _folder["pebble.json"], "-dnsserver", dns)
            {
                Environment = ImmutableDictionary<string, string?>.Empty.Add("PEBBLE_VA_NOSLEEP", "1").Add("PEBBLE_WFE_NONCEREJECT", "0"),
            },
            TimeProvider.System);
        await Eventually.That(async () => _process.Exited.IsCompleted || await AnswersAsync(), StartTimeout, "pebble answers");
        if (_process.Exited.IsCompleted)
            throw new InvalidOperationException($"pebble ended at once: {string.Join(" | ", _process.ErrorTail)}");
    }

    /// <summary>Stops it.</summary>
    public async Task StopAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        _process = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            await File.WriteAllTextAsync(IssuedRoot, await _client.GetStringAsync(new Uri($"https://127.0.0.1:{_management}/roots/0")));
            return true;
        }
        catch (HttpRequestException)
        {
            return false; // Not up yet.
        }
    }

    private void WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(30));
        File.WriteAllText(TrustedRoot, certificate.ExportCertificatePem());
        File.WriteAllText(_folder["server.key"], key.ExportPkcs8PrivateKeyPem());
    }
}
