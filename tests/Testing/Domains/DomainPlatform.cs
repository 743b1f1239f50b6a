using System.Collections.Immutable;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Testing.Domains;

/// <summary>A platform with custom domains: a real certificate authority, and a DNS server whose records the tests set.</summary>
public class DomainPlatform : IAsyncDisposable
{
    /// <summary>What custom domains point to.</summary>
    public const string Target = "feeds.platform.test";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private static int s_count;

    /// <summary>The DNS server.</summary>
    public DnsTestServer Dns { get; private set; } = null!;

    /// <summary>The certificate authority.</summary>
    public PebbleServer Authority { get; private set; } = null!;

    /// <summary>The platform.</summary>
    public PlatformProcess Platform { get; private set; } = null!;

    /// <summary>The port for HTTPS.</summary>
    public int HttpsPort { get; } = FreePort.Next();

    /// <summary>A DJ.</summary>
    public Dj Dj { get; private set; } = null!;

    /// <summary>Starts all of them.</summary>
    public async Task StartAsync()
    {
        Dns = await DnsTestServer.StartAsync();
        await Dns.SetAddressAsync(Target, "127.0.0.1");
        var httpPort = FreePort.Next();
        Authority = await PebbleServer.StartAsync(Dns.Address, httpPort);
        Platform = await PlatformProcess.StartAsync(Authority.Settings
            .Add("PublicUrl", "https://platform.test").Add("Domains__Resolver", Dns.Address).Add("Domains__Target", Target)
            .Add("Domains__HttpsPort", HttpsPort.ToString(CultureInfo.InvariantCulture)).Add("Domains__HttpPort", httpPort.ToString(CultureInfo.InvariantCulture)));
        Dj = await Dj.RegisterAsync(Platform);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        Dj?.Dispose();
        foreach (var started in new IAsyncDisposable?[] { Platform, Authority, Dns })
        {
            if (started is not null)
                await started.DisposeAsync();
        }
    }

    /// <summary>A name that nobody has.</summary>
    public static string NewHost() => $"show{Interlocked.Increment(ref s_count)}.customer.test";

    /// <summary>Adds a domain.</summary>
    public Task<JsonObject> AddAsync(string host, Guid? podcastId = null, Dj? dj = null) =>
        (dj ?? Dj).PostAsync("/v1/domains", new { custom_domain = host, podcast_id = podcastId });

    /// <summary>Asks for a domain.</summary>
    public Task<HttpResponseMessage> PostAsync(string? host, Guid? podcastId = null, Dj? dj = null) =>
        (dj ?? Dj).Client.PostAsJsonAsync("/v1/domains", new { custom_domain = host, podcast_id = podcastId });

    /// <summary>Checks a domain's DNS now.</summary>
    public Task<JsonObject> VerifyAsync(JsonObject domain, Dj? dj = null)
    {
        ArgumentNullException.ThrowIfNull(domain);
        return (dj ?? Dj).PostAsync($"/v1/domains/{domain["domain_id"]}/verify");
    }

    /// <summary>Sets a domain's records.</summary>
    public async Task SetRecordsAsync(JsonObject domain)
    {
        ArgumentNullException.ThrowIfNull(domain);
        await Dns.SetTextAsync((string)domain["dns_challenge_name"]!, (string)domain["dns_challenge_record"]!);
        await Dns.SetCnameAsync((string)domain["custom_domain"]!, (string)domain["cname_target"]!);
    }

    /// <summary>Adds a domain with its records, and waits until it has a certificate.</summary>
    public async Task<JsonObject> AddWithCertificateAsync(string host, Guid? podcastId) => await SetUpAsync(await AddAsync(host, podcastId));

    /// <summary>Sets a domain's records, and waits until it has a certificate.</summary>
    public async Task<JsonObject> SetUpAsync(JsonObject domain)
    {
        await SetRecordsAsync(domain);
        await VerifyAsync(domain);
        return await UntilAsync(domain, "issued");
    }

    /// <summary>Waits for a certificate's status.</summary>
    public async Task<JsonObject> UntilAsync(JsonObject domain, string tlsStatus)
    {
        ArgumentNullException.ThrowIfNull(domain);
        var now = domain;
        try
        {
            await Eventually.That(async () => (string)(now = await Dj.GetAsync($"/v1/domains/{domain["domain_id"]}"))["tls_status"]! == tlsStatus, Soon, $"the certificate is {tlsStatus}");
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException($"{exception.Message}: {now}\n{Platform.Log}");
        }
        return now;
    }

    /// <summary>Creates a podcast with one episode; returns their ids.</summary>
    public async Task<(Guid PodcastId, Guid EpisodeId)> AddPodcastAsync(string title, string visibility = "public")
    {
        var podcastId = await Dj.AddPodcastAsync(new { title, description = "A talk <b>every</b> Friday.", author = "DJ Example", visibility });
        var uploadId = await Dj.AddUploadAsync(await AudioFiles.ToneAsync("mp3", 3));
        return (podcastId, await Dj.AddEpisodeAsync(podcastId, new { title = "First & <i>last</i>", upload_id = uploadId, source_type = "upload" }));
    }

    /// <summary>What curl gets by HTTPS, which trusts the authority's root only: status, headers and body.</summary>
    public Task<string> CurlAsync(string host, string path, params string[] more) => CurlAsync(Authority.IssuedRoot, host, path, more);

    /// <summary>The same with another root.</summary>
    public async Task<string> CurlAsync(string root, string host, string path, IReadOnlyList<string> more)
    {
        ImmutableArray<string> arguments = ["-sS", "-i", "--max-time", "20", "--cacert", root, "--connect-to", $"{host}:443:127.0.0.1:{HttpsPort}", .. more, $"https://{host}{path}"];
        return (await ProcessRunner.RunAsync(new ProcessCommand("curl", arguments), TimeSpan.FromSeconds(30), TimeProvider.System)).Text;
    }

    /// <summary>Whether the gateway has a certificate of a host.</summary>
    public async Task<bool> ConnectsAsync(string host)
    {
        try
        {
            await CurlAsync(host, "/", "-o", "/dev/null");
            return true;
        }
        catch (ProcessFailedException)
        {
            return false;
        }
    }

    /// <summary>A request by HTTP that names a host.</summary>
    public Task<HttpResponseMessage> GetAsync(string host, string path, HttpMethod? method = null)
    {
        var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.Host = host;
        return Platform.Client.SendAsync(request);
    }
}
