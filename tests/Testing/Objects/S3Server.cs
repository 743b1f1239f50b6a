using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.Testing.Objects;

/// <summary>A real S3 server on a free port: Ceph's radosgw with a monitor and one daemon that keeps all objects in memory.</summary>
public sealed class S3Server : IAsyncDisposable
{
    /// <summary>The id of the only access key.</summary>
    public const string AccessKey = "testaccess";

    private const string SecretKey = "testsecret";
    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static int s_buckets;
    private readonly TestFolder _folder = new("s3");
    private readonly HttpClient _client = new();
    private readonly List<ChildProcess> _daemons = [];
    private readonly int _port = FreePort.Next();
    private readonly int _monitorPort = FreePort.Next();
    private ChildProcess? _gateway;

    private S3Server()
    {
    }

    /// <summary>Its address.</summary>
    public Uri Url => new($"http://127.0.0.1:{_port}");

    /// <summary>Starts one, in about two seconds.</summary>
    public static async Task<S3Server> StartAsync()
    {
        var server = new S3Server();
        try
        {
            await server.StartDaemonsAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>The options of a store for a bucket of this server; the bucket need not exist.</summary>
    public S3StoreOptions Options(string bucket, string prefix = "") =>
        new() { Endpoint = Url.ToString(), Bucket = bucket, AccessKey = AccessKey, SecretKey = SecretKey, Prefix = prefix };

    /// <summary>A fresh, empty bucket; returns its name.</summary>
    public async Task<string> CreateBucketAsync()
    {
        var name = $"bucket-{Interlocked.Increment(ref s_buckets).ToString(CultureInfo.InvariantCulture)}";
        using var response = await SendAsync(HttpMethod.Put, $"/{name}");
        response.EnsureSuccessStatusCode();
        return name;
    }

    /// <summary>Stops answering requests, as in an outage; the objects are kept.</summary>
    public async Task StopAsync()
    {
        _daemons.Remove(_gateway!);
        _gateway!.Kill();
        await _gateway.DisposeAsync();
    }

    /// <summary>Starts answering requests again.</summary>
    public async Task RestartAsync()
    {
        _gateway = await StartDaemonAsync("radosgw", "-n", "client.rgw.a");
        await Eventually.That(AnswersAsync, StartTimeout, "the S3 server answers");
    }

    /// <summary>The keys of the unfinished multipart uploads in a bucket.</summary>
    public async Task<IReadOnlyList<string>> UnfinishedAsync(string bucket)
    {
        using var response = await SendAsync(HttpMethod.Get, $"/{bucket}", "uploads=");
        response.EnsureSuccessStatusCode();
        var answer = System.Xml.Linq.XDocument.Parse(await response.Content.ReadAsStringAsync());
        return [.. answer.Descendants().Where(element => element.Name.LocalName == "Upload").Select(upload => upload.Elements().Single(element => element.Name.LocalName == "Key").Value)];
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Its data is not kept, so the daemons need no graceful shutdown.
        foreach (var daemon in _daemons)
            daemon.Kill();
        foreach (var daemon in _daemons)
            await daemon.DisposeAsync();
        _client.Dispose();
        _folder.Dispose();
    }

    private async Task StartDaemonsAsync()
    {
        var id = Guid.NewGuid().ToString("D");
        await File.WriteAllTextAsync(_folder["ceph.conf"], Configuration(id));
        foreach (var folder in new[] { "mon", "osd", "run" })
            Directory.CreateDirectory(_folder[folder]);
        await RunAsync("monmaptool", "--create", "--fsid", id, "--addv", "a", $"[v1:127.0.0.1:{_monitorPort}]", _folder["monmap"]);
        await RunAsync("ceph-mon", "--mkfs", "-i", "a", "--monmap", _folder["monmap"]);
        await StartDaemonAsync("ceph-mon", "-i", "a");
        await Eventually.That(() => MonitorSaysAsync("quorum 0 a", "mon", "stat"), StartTimeout, "the monitor answers");
        var disk = Guid.NewGuid().ToString("D");
        await Eventually.That(() => MonitorSaysAsync("0", "osd", "new", disk, "0"), StartTimeout, "the monitor knows the disk");
        await Eventually.That(() => MonitorSaysAsync("", "osd", "crush", "add", "osd.0", "1", "root=default"), StartTimeout, "the disk is in the CRUSH map");
        await RunAsync("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", disk);
        await StartDaemonAsync("ceph-osd", "-i", "0");
        await Eventually.That(() => MonitorSaysAsync("1 up", "osd", "stat"), StartTimeout, "the disk is up");
        await RunAsync("radosgw-admin", "user", "create", "--uid=test", "--display-name=test", $"--access-key={AccessKey}", $"--secret-key={SecretKey}");
        await RestartAsync();
    }

    private async Task<ChildProcess> StartDaemonAsync(string program, params string[] arguments)
    {
        var daemon = await ChildProcess.StartAsync(Command(program, ["-f", .. arguments]), TimeProvider.System);
        _daemons.Add(daemon);
        return daemon;
    }

    private async Task<string> RunAsync(string program, params string[] arguments) =>
        (await ProcessRunner.RunAsync(Command(program, arguments), StartTimeout, TimeProvider.System)).Text;

    private ProcessCommand Command(string program, string[] arguments)
    {
        var command = new ProcessCommand(program, [.. arguments]);
        return command with { Environment = command.Environment.Add("CEPH_CONF", _folder["ceph.conf"]) };
    }

    private async Task<bool> AnswersAsync()
    {
        await EnsureAliveAsync();
        try
        {
            using var response = await _client.GetAsync(Url);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // Not up yet.
        }
    }

    // All of these commands can be repeated without effect.
    private async Task<bool> MonitorSaysAsync(string expected, params string[] command)
    {
        await EnsureAliveAsync();
        try
        {
            return (await RunAsync("ceph", command)).Contains(expected, StringComparison.Ordinal);
        }
        catch (ProcessFailedException)
        {
            return false; // It refuses everything until it has elected itself, and any client that connects before its map is ready.
        }
    }

    private async Task EnsureAliveAsync()
    {
        foreach (var daemon in _daemons.Where(daemon => daemon.Exited.IsCompleted))
        {
            var exit = await daemon.Exited;
            throw new InvalidOperationException($"A Ceph daemon ended with {exit.ExitCode}: {string.Join(" | ", exit.ErrorTail)}");
        }
    }

    // Signed here, and not by the code under test: AWS Signature Version 4, with an unsigned body.
    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string query = "")
    {
        const string Body = "UNSIGNED-PAYLOAD", Names = "host;x-amz-content-sha256;x-amz-date";
        var now = TimeProvider.System.GetUtcNow();
        var (day, second) = (now.ToString("yyyyMMdd", CultureInfo.InvariantCulture), now.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        var scope = $"{day}/us-east-1/s3/aws4_request";
        var request = $"{method.Method}\n{path}\n{query}\nhost:{Url.Authority}\nx-amz-content-sha256:{Body}\nx-amz-date:{second}\n\n{Names}\n{Body}";
        var text = $"AWS4-HMAC-SHA256\n{second}\n{scope}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(request)))}";
        var key = new[] { day, "us-east-1", "s3", "aws4_request", text }
            .Aggregate(Encoding.ASCII.GetBytes($"AWS4{SecretKey}"), (secret, next) => HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(next)));
        using var message = new HttpRequestMessage(method, new Uri(Url, query.Length == 0 ? path : $"{path}?{query}"));
        message.Headers.Add("x-amz-content-sha256", Body);
        message.Headers.Add("x-amz-date", second);
        message.Headers.TryAddWithoutValidation(
            "Authorization", $"AWS4-HMAC-SHA256 Credential={AccessKey}/{scope}, SignedHeaders={Names}, Signature={Convert.ToHexStringLower(key)}");
        return await _client.SendAsync(message);
    }

    private string Configuration(string id) => string.Create(CultureInfo.InvariantCulture, $"""
        [global]
        fsid = {id}
        mon host = v1:127.0.0.1:{_monitorPort}
        ms bind ipv6 = false
        public addr = 127.0.0.1
        cluster addr = 127.0.0.1
        auth cluster required = none
        auth service required = none
        auth client required = none
        mon allow pool size one = true
        mon max pg per osd = 1000
        mon data avail crit = 1
        osd pool default size = 1
        osd pool default min size = 1
        osd pool default pg num = 1
        osd pool default pgp num = 1
        osd pool default pg autoscale mode = off
        osd crush chooseleaf type = 0
        # Set by us: Ceph 16's own attempt, at its start, often comes before the map it needs ("wrong fsid", or an abort).
        osd crush update on start = false
        osd class update on start = false
        osd objectstore = memstore
        memstore device bytes = 4294967296
        paxos propose interval = 0.05
        paxos min wait = 0.01
        run dir = {_folder["run"]}
        admin socket = {_folder["run"]}/$name.asok
        log file =
        log to stderr = false
        [mon.a]
        mon data = {_folder["mon"]}
        [osd.0]
        osd data = {_folder["osd"]}
        [client.rgw.a]
        rgw frontends = beast endpoint=127.0.0.1:{_port}
        rgw data = {_folder.Path}

        """);
}
