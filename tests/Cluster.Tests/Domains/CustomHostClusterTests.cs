using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Domains;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Cluster.Tests.Domains;

/// <summary>Custom domains in a cluster: the certificate authority reaches one gateway, and all of them serve the certificate.</summary>
[Trait("Speed", "slow")]
public sealed class CustomHostClusterTests
{
    private const string Host = "show.customer.test";
    private const string Target = "feeds.platform.test";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Each_gateway_serves_a_certificate_without_a_restart_and_no_longer_once_the_domain_is_deleted()
    {
        await using var dns = await DnsTestServer.StartAsync();
        await dns.SetAddressAsync(Target, "127.0.0.1");
        var (httpPort, first, second) = (FreePort.Next(), FreePort.Next(), FreePort.Next());
        await using var authority = await PebbleServer.StartAsync(dns.Address, httpPort);
        await using var cluster = await ClusterProcess.StartAsync(silos: 2, gateways: 0, authority.Settings
            .Add("PublicUrl", "https://platform.test").Add("Domains__Resolver", dns.Address).Add("Domains__Target", Target));
        var api = await cluster.StartGatewayAsync(Ports(https: first));
        await cluster.StartGatewayAsync(Ports(https: second, http: httpPort));
        using var dj = await Dj.RegisterAsync(api.Url);
        using var created = await dj.Client.PostAsJsonAsync("/v1/podcasts", new { title = "Late hours", description = "A talk." });
        var podcastId = (Guid)(await created.Content.ReadFromJsonAsync<JsonObject>())!["podcast_id"]!;
        using var added = await dj.Client.PostAsJsonAsync("/v1/domains", new { custom_domain = Host, podcast_id = podcastId });
        var domain = (await added.Content.ReadFromJsonAsync<JsonObject>())!;
        await dns.SetTextAsync((string)domain["dns_challenge_name"]!, (string)domain["dns_challenge_record"]!);
        await dns.SetCnameAsync(Host, Target);
        using (var verified = await dj.Client.PostAsync(new Uri($"/v1/domains/{domain["domain_id"]}/verify", UriKind.Relative), null))
            verified.EnsureSuccessStatusCode();

        foreach (var port in new[] { first, second })
        {
            var page = "";
            await Eventually.That(async () => (page = await CurlAsync(authority, port)).Length > 0, Soon, $"the gateway at {port} has the certificate");
            Assert.Contains("<title>Late hours</title>", page, StringComparison.Ordinal);
        }
        using (var deleted = await dj.Client.DeleteAsync(new Uri($"/v1/domains/{domain["domain_id"]}", UriKind.Relative)))
            deleted.EnsureSuccessStatusCode();
        foreach (var port in new[] { first, second })
            await Eventually.That(async () => (await CurlAsync(authority, port)).Length == 0, Soon, $"the gateway at {port} serves nothing any more");
    }

    private static ImmutableDictionary<string, string?> Ports(int https, int http = 0) => ImmutableDictionary<string, string?>.Empty
        .Add("Domains__HttpsPort", https.ToString(CultureInfo.InvariantCulture)).Add("Domains__HttpPort", http.ToString(CultureInfo.InvariantCulture));

    /// <summary>The page; empty if there is no connection.</summary>
    private static async Task<string> CurlAsync(PebbleServer authority, int port)
    {
        try
        {
            return (await ProcessRunner.RunAsync(
                new ProcessCommand("curl", "-sSf", "--max-time", "20", "--cacert", authority.IssuedRoot, "--connect-to", $"{Host}:443:127.0.0.1:{port}", $"https://{Host}/"),
                TimeSpan.FromSeconds(30), TimeProvider.System)).Text;
        }
        catch (ProcessFailedException)
        {
            return "";
        }
    }
}
