using System.Net;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Domains;

namespace AudioOrleans.Gateway.Tests.Domains;

/// <summary>Custom domains from their records to what a player gets, by HTTPS with certificates of a real authority.</summary>
[Collection(DomainPlatformGroup.Name), Trait("Speed", "slow")]
public sealed class CustomHostTests(SharedDomainPlatform platform)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_podcast_is_served_on_its_domain_by_https_and_nothing_else_is()
    {
        var (podcastId, episodeId) = await platform.AddPodcastAsync("Late <script>alert(1)</script> hours");
        var (other, otherEpisode) = await platform.AddPodcastAsync("Another show");
        var host = DomainPlatform.NewHost();
        var domain = await platform.AddWithCertificateAsync(host, podcastId);
        Assert.Equal("verified", (string)domain["verification_status"]!);
        Assert.True((DateTimeOffset)domain["certificate_expires_at"]! > TimeProvider.System.GetUtcNow());
        await Eventually.That(async () => await platform.ConnectsAsync(host), Soon, "the gateway has the certificate");

        var feed = await platform.CurlAsync(host, "/rss.xml");
        Assert.StartsWith("HTTP/2 200", feed, StringComparison.Ordinal);
        Assert.Contains("content-type: application/rss+xml", feed, StringComparison.Ordinal);
        Assert.DoesNotContain("strict-transport-security", feed, StringComparison.Ordinal);
        Assert.Contains($"href=\"https://{host}/rss.xml\"", feed, StringComparison.Ordinal);
        Assert.Contains($"https://{host}/v1/podcasts/{podcastId}/episodes/{episodeId}/{episodeId}.mp3", feed, StringComparison.Ordinal);
        Assert.DoesNotContain("platform.test/", feed, StringComparison.Ordinal);

        var page = await platform.CurlAsync(host, "/");
        Assert.StartsWith("HTTP/2 200", page, StringComparison.Ordinal);
        Assert.Contains("Late &lt;script&gt;alert(1)&lt;/script&gt; hours", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("First &amp; &lt;i&gt;last&lt;/i&gt;", page, StringComparison.Ordinal);
        Assert.Contains("A talk every Friday.", page, StringComparison.Ordinal);
        Assert.Contains($"<audio controls preload=\"none\" src=\"/v1/podcasts/{podcastId}/episodes/{episodeId}/audio.mp3\"", page, StringComparison.Ordinal);
        Assert.Contains($"href=\"podcast://{host}/rss.xml\"", page, StringComparison.Ordinal);
        Assert.Contains("content-security-policy: default-src 'none'; style-src 'sha256-", page, StringComparison.Ordinal);
        var etag = page.Split('\n').Single(line => line.StartsWith("etag: ", StringComparison.Ordinal))[6..].Trim();
        Assert.StartsWith("HTTP/2 304", await platform.CurlAsync(host, "/", "-H", $"If-None-Match: {etag}"), StringComparison.Ordinal);

        var audio = await platform.CurlAsync(host, $"/v1/podcasts/{podcastId}/episodes/{episodeId}/{episodeId}.mp3", "--head");
        Assert.StartsWith("HTTP/2 200", audio, StringComparison.Ordinal);
        Assert.Contains("accept-ranges: bytes", audio, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/2 206", await platform.CurlAsync(host, $"/v1/podcasts/{podcastId}/episodes/{episodeId}/audio.mp3", "-r", "0-99", "-o", "/dev/null", "-D", "-"), StringComparison.Ordinal);

        foreach (var path in new[]
        {
            $"/v1/podcasts/{podcastId}", $"/v1/podcasts/{podcastId}/rss.xml", $"/v1/podcasts/{podcastId}/episodes/{episodeId}", $"/v1/podcasts/{other}/episodes/{otherEpisode}/audio.mp3",
            $"/v1/podcasts/{podcastId}/episodes/{episodeId}/../../../{other}/rss.xml", "/v1/podcasts", "/v1/health", "/index.html", "/swagger/index.html", "/metrics", "/dashboard", "/account.html", "/rss.xml/",
        })
        {
            Assert.StartsWith("HTTP/2 404", await platform.CurlAsync(host, path, "--path-as-is"), StringComparison.Ordinal);
        }
        Assert.StartsWith("HTTP/2 404", await platform.CurlAsync(host, "/v1/auth/login", "-d", "{}", "-H", "Content-Type: application/json"), StringComparison.Ordinal);
        // A live stream that the feed announces is on the platform's own host.
        Assert.Contains($"location: https://platform.test/v1/streams/{podcastId}/live.m3u8", await platform.CurlAsync(host, $"/v1/streams/{podcastId}/live.m3u8"), StringComparison.Ordinal);

        // The API's address of the feed leads there, and so does plain HTTP.
        using (var moved = await platform.Platform.Client.GetAsync(new Uri($"/v1/podcasts/{podcastId}/rss.xml?archive=1", UriKind.Relative)))
        {
            Assert.Equal(HttpStatusCode.Found, moved.StatusCode);
            Assert.Equal($"https://{host}/rss.xml?archive=1", moved.Headers.Location!.ToString());
        }
        using (var secured = await platform.GetAsync(host, "/rss.xml"))
        {
            Assert.Equal(HttpStatusCode.PermanentRedirect, secured.StatusCode);
            Assert.Equal($"https://{host}/rss.xml", secured.Headers.Location!.ToString());
        }
        using (var elsewhere = await platform.Platform.Client.GetAsync(new Uri($"/v1/podcasts/{other}/rss.xml", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.OK, elsewhere.StatusCode);
        // Without the domain, everything is as before.
        using (var page2 = await platform.GetAsync("unknown.test", "/"))
            Assert.Contains("<script", await page2.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_feed_is_the_same_by_the_fast_path_and_by_the_whole_pipeline()
    {
        var (podcastId, _) = await platform.AddPodcastAsync("Late hours");
        var host = DomainPlatform.NewHost();
        await platform.AddWithCertificateAsync(host, podcastId);
        await Eventually.That(async () => await platform.ConnectsAsync(host), Soon, "the gateway has the certificate");
        foreach (var coding in new[] { "identity", "gzip", "br" })
        {
            string whole = "", fast = "";
            await Eventually.That(
                async () =>
                {
                    whole = await platform.CurlAsync(host, "/rss.xml?unknown=1", "-H", "X-Request-Id: test", "-H", $"Accept-Encoding: {coding}");
                    fast = await platform.CurlAsync(host, "/rss.xml", "-H", "X-Request-Id: test", "-H", $"Accept-Encoding: {coding}");
                    return !fast.Contains("referrer-policy", StringComparison.Ordinal); // The fast path leaves it out.
                },
                Soon, "the fast path serves what is in memory");
            Assert.Contains("referrer-policy: no-referrer", whole, StringComparison.Ordinal);
            Assert.Equal(Lines(whole), Lines(fast));
            Assert.Equal(coding != "identity", fast.Contains($"content-encoding: {coding}", StringComparison.Ordinal));
        }

        static IEnumerable<string> Lines(string response) => response.Split("\r\n\r\n") is [var head, ..]
            ? [.. head.Split("\r\n").Where(line => line.Split(':')[0] is not ("date" or "referrer-policy")).Order(StringComparer.Ordinal), response[head.Length..]]
            : [];
    }

    [Fact]
    public async Task Each_host_has_its_own_certificate_and_a_connection_is_for_one_host()
    {
        var (one, _) = await platform.AddPodcastAsync("One");
        var (two, _) = await platform.AddPodcastAsync("Two");
        var (first, second) = (DomainPlatform.NewHost(), DomainPlatform.NewHost());
        await platform.AddWithCertificateAsync(first, one);
        await platform.AddWithCertificateAsync(second, two);
        await Eventually.That(async () => await platform.ConnectsAsync(first) && await platform.ConnectsAsync(second), Soon, "the gateway has both certificates");
        Assert.Contains("<title>One</title>", await platform.CurlAsync(first, "/"), StringComparison.Ordinal);
        Assert.Contains("<title>Two</title>", await platform.CurlAsync(second, "/"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 421", await platform.CurlAsync(first, "/", "--http1.1", "-H", $"Host: {second}"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 421", await platform.CurlAsync(first, "/v1/health", "--http1.1", "-H", "Host: platform.test"), StringComparison.Ordinal);
        // No certificate for anybody else, and no connection.
        await Assert.ThrowsAsync<ProcessFailedException>(() => platform.CurlAsync("unknown.test", "/", "--insecure"));
        await Assert.ThrowsAsync<ProcessFailedException>(() => platform.CurlAsync("platform.test", "/", "--insecure"));
    }

    [Fact]
    public async Task A_show_that_is_not_public_has_no_page_and_a_deleted_domain_nothing()
    {
        var (podcastId, _) = await platform.AddPodcastAsync("Hidden", "private");
        var host = DomainPlatform.NewHost();
        var domain = await platform.AddWithCertificateAsync(host, podcastId);
        await Eventually.That(async () => await platform.ConnectsAsync(host), Soon, "the gateway has the certificate");
        Assert.StartsWith("HTTP/2 404", await platform.CurlAsync(host, "/"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/2 401", await platform.CurlAsync(host, "/rss.xml"), StringComparison.Ordinal);

        using (var deleted = await platform.Dj.Client.DeleteAsync(new Uri($"/v1/domains/{domain["domain_id"]}", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        await Eventually.That(async () => !await platform.ConnectsAsync(host), Soon, "the gateway has no certificate any more");
        using var feed = await platform.Dj.Client.GetAsync(new Uri($"/v1/podcasts/{podcastId}/rss.xml", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, feed.StatusCode);
        using var gone = await platform.Dj.Client.GetAsync(new Uri($"/v1/domains/{domain["domain_id"]}", UriKind.Relative));
        await gone.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_challenge_is_answered_for_no_host_that_is_not_being_issued()
    {
        var host = DomainPlatform.NewHost();
        await platform.AddAsync(host);
        foreach (var name in new[] { host, "unknown.test", "platform.test" })
        {
            using var response = await platform.GetAsync(name, "/.well-known/acme-challenge/some-token");
            await response.ProblemAsync(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task An_authority_that_refuses_is_asked_again_later_and_not_before()
    {
        var host = DomainPlatform.NewHost();
        var domain = await platform.AddAsync(host);
        await platform.SetRecordsAsync(domain);
        await platform.Dns.SetAddressAsync(DomainPlatform.Target, "127.0.0.2"); // Where nobody listens.
        await platform.VerifyAsync(domain);
        var failed = await platform.UntilAsync(domain, "failed");
        await platform.Dns.SetAddressAsync(DomainPlatform.Target, "127.0.0.1");
        Assert.Contains("certificate authority", (string)failed["tls_reason"]!, StringComparison.Ordinal);
        var next = (DateTimeOffset)failed["next_attempt_at"]!;
        Assert.InRange(next - TimeProvider.System.GetUtcNow(), TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(20));
        var again = await platform.VerifyAsync(domain);
        Assert.Equal(("failed", next), ((string)again["tls_status"]!, (DateTimeOffset)again["next_attempt_at"]!));
    }

    [Fact]
    public async Task An_authority_that_has_forgotten_the_account_gets_a_new_one()
    {
        var first = DomainPlatform.NewHost();
        await platform.AddWithCertificateAsync(first, null);
        await platform.Authority.StopAsync();
        await platform.Authority.StartAsync(platform.Dns.Address);
        var second = await platform.AddAsync(DomainPlatform.NewHost());
        await platform.SetRecordsAsync(second);
        await platform.VerifyAsync(second);
        Assert.Contains("no longer knows", (string)(await platform.UntilAsync(second, "failed"))["tls_reason"]!, StringComparison.Ordinal);
        await platform.AddWithCertificateAsync(DomainPlatform.NewHost(), null);
    }
}
