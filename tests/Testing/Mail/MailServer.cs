using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using AudioOrleans.Grains.Mail;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Mail;

/// <summary>A real SMTP server on a free port of 127.0.0.1 that accepts mail only over TLS and after a login.</summary>
public sealed class MailServer : IAsyncDisposable
{
    /// <summary>The sender of all mails.</summary>
    public const string From = "radio@example.org";

    private const string User = "radio";
    private const string Password = "mail-password";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly TestFolder _folder = new("mail");
    private readonly List<ReceivedMail> _mails = [];
    private ChildProcess? _server;
    private Task _reading = Task.CompletedTask;
    private bool _ready;

    private MailServer() => Port = FreePort.Next();

    /// <summary>The port; the same each time it starts.</summary>
    public int Port { get; }

    /// <summary>Settings with which a platform sends its mail here and retries soon.</summary>
    public ImmutableDictionary<string, string?> Settings => ImmutableDictionary<string, string?>.Empty
        .Add("Smtp__Host", "localhost")
        .Add("Smtp__Port", Port.ToString(CultureInfo.InvariantCulture))
        .Add("Smtp__User", User)
        .Add("Smtp__Password", Password)
        .Add("Smtp__From", $"Radio Example <{From}>")
        .Add("Smtp__RetryAfter", "00:00:01")
        .Add("PublicUrl", "https://radio.example.org")
        // The certificate is self-signed; the platform trusts it by a setting that works for any program.
        .Add("SSL_CERT_FILE", Certificate);

    /// <summary>The mails so far, oldest first.</summary>
    public IReadOnlyList<ReceivedMail> Mails
    {
        get
        {
            lock (_mails)
                return [.. _mails];
        }
    }

    private string Certificate => _folder["server.crt"];

    private string Key => _folder["server.key"];

    /// <summary>Creates a server that is not running yet.</summary>
    public static MailServer Create()
    {
        var server = new MailServer();
        server.WriteCertificate();
        return server;
    }

    /// <summary>Starts a new server.</summary>
    public static async Task<MailServer> StartNewAsync()
    {
        var server = Create();
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it.</summary>
    /// <param name="password">The password that it requires.</param>
    /// <param name="tls">When it encrypts. If never, users can log in anyway.</param>
    public async Task StartAsync(string password = Password, SmtpTls tls = SmtpTls.StartTls)
    {
        // The system's Python, where its packages are.
        var command = new ProcessCommand(
            "/usr/bin/python3", Path.Combine(AppContext.BaseDirectory, "Mail", "mail_server.py"), Port.ToString(CultureInfo.InvariantCulture), User, password,
            Certificate, Key, tls.ToString()) { ReadsOutput = true };
        _ready = false;
        _server = await ChildProcess.StartAsync(command, TimeProvider.System);
        _reading = ReadAsync(_server);
        await Eventually.That(() => Volatile.Read(ref _ready) || _server.Exited.IsCompleted, Deadline, "the mail server runs");
        if (!_ready)
            throw new InvalidOperationException($"The mail server ended at once; expected the package python3-aiosmtpd: {string.Join(" | ", _server.ErrorTail)}");
    }

    /// <summary>Stops it; the mails are kept.</summary>
    public async Task StopAsync()
    {
        await _server!.StopAsync();
        await _reading;
        await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>Waits for this many mails to an address; returns the last of them.</summary>
    public async Task<ReceivedMail> NextAsync(string to, int count = 1, TimeSpan? deadline = null)
    {
        await Eventually.That(() => To(to).Count >= count, deadline ?? Deadline, $"{to} has received {count} mails");
        return To(to)[count - 1];
    }

    /// <summary>The mails to an address, oldest first.</summary>
    public IReadOnlyList<ReceivedMail> To(string email) => [.. Mails.Where(mail => mail.To.Contains(email))];

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await StopAsync();
        _folder.Dispose();
    }

    private async Task ReadAsync(ChildProcess server)
    {
        using var lines = new StreamReader(server.StandardOutput, leaveOpen: true);
        while (await lines.ReadLineAsync() is { } line)
        {
            var json = JsonNode.Parse(line)!;
            if (json["ready"] is not null)
            {
                Volatile.Write(ref _ready, true);
                continue;
            }
            lock (_mails)
                _mails.Add(ReceivedMail.Parse(json));
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
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(Certificate, certificate.ExportCertificatePem());
        File.WriteAllText(Key, key.ExportPkcs8PrivateKeyPem());
    }
}
