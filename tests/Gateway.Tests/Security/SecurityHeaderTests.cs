using System.Net;
using System.Net.Http.Json;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Security;

[Collection(DefendedPlatformGroup.Name)]
public sealed class SecurityHeaderTests(DefendedPlatform defended)
{
    private const string NothingAllowed = "default-src 'none'; frame-ancestors 'none'";

    [Theory]
    [InlineData("/v1/streams", HttpStatusCode.OK)]
    [InlineData("/v1/streams?limit=0", HttpStatusCode.BadRequest)] // The response to an exception.
    [InlineData("/v1/users/me", HttpStatusCode.Unauthorized)]
    [InlineData("/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("/nothing", HttpStatusCode.NotFound)]
    [InlineData("/readyz", HttpStatusCode.OK)]
    [InlineData("/v1/streams/01900000-0000-7000-8000-000000000009/live.m3u8", HttpStatusCode.NotFound)]
    public async Task API_responses_have_a_content_security_policy_that_allows_nothing(string path, HttpStatusCode status)
    {
        using var response = await GetAsync(path);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(NothingAllowed, Header(response, "Content-Security-Policy"));
        AssertCommon(response, path.EndsWith(".m3u8", StringComparison.Ordinal) ? "cross-origin" : "same-origin");
    }

    [Fact]
    public async Task The_page_can_load_only_its_own_files_and_cannot_be_framed()
    {
        using var response = await GetAsync("/");
        Assert.Equal(
            "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; worker-src 'self' blob:; frame-ancestors 'none'", Header(response, "Content-Security-Policy"));
        AssertCommon(response, "same-origin");
    }

    [Theory]
    [InlineData("/", "On air")]
    [InlineData("/swagger/index.html", "Creates an API key.")] // Rendered by its scripts from the OpenAPI document: the first of many, since others are rendered as one scrolls.
    public async Task Chromium_shows_the_pages_without_console_errors(string path, string shown)
    {
        var shared = await SharedPlatform.GetAsync();
        using var profile = new TestFolder("chromium");
        var chromium = await ProcessRunner.RunAsync(
            new ProcessCommand(
                "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", $"--user-data-dir={profile.Path}",
                "--enable-logging=stderr", "--virtual-time-budget=8000", "--dump-dom", new Uri(shared.Platform.Url, path).ToString())
            {
                ErrorTailLines = 200,
            },
            TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.Contains(shown, chromium.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(chromium.ErrorTail, line => line.Contains("CONSOLE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Media_can_be_embedded_in_any_page()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await SharedStream.OnAirAsync();
        foreach (var file in new[] { "live.m3u8", "live.mp3" })
        {
            // A request with a token goes through the full pipeline.
            using var response = await shared.Dj.Client.GetAsync(new Uri($"/v1/streams/{id}/{file}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            AssertCommon(response, "cross-origin");
            Assert.False(response.Headers.Contains("Content-Security-Policy"));
        }
        using var shortcut = await shared.Platform.Client.GetAsync(new Uri($"/v1/streams/{id}/live.m3u8", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, shortcut.StatusCode);
        Assert.Equal("nosniff", Header(shortcut, "X-Content-Type-Options"));
        Assert.False(shortcut.Headers.Contains("Referrer-Policy"));
    }

    [Fact]
    public async Task HSTS_is_sent_if_a_trusted_proxy_reports_that_the_request_used_HTTPS()
    {
        using var stranger = defended.NewStranger();
        foreach (var (client, scheme, isSent) in new[] { (defended.Platform.Client, "https", true), (defended.Platform.Client, "http", false), (stranger, "https", false) })
        {
            foreach (var path in new[] { "/v1/health", "/", "/v1/users/me" })
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Add("X-Forwarded-For", "198.51.100.30");
                request.Headers.Add("X-Forwarded-Proto", scheme);
                using var response = await client.SendAsync(request);
                Assert.Equal(isSent ? "max-age=31536000; includeSubDomains" : null, Header(response, "Strict-Transport-Security"));
            }
        }
    }

    [Fact]
    public async Task Responses_with_tokens_or_private_data_are_not_cached()
    {
        var shared = await SharedPlatform.GetAsync();
        using var refresh = await shared.Platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = "x" });
        Assert.Equal("no-store", Header(refresh, "Cache-Control"));
        using var mine = await shared.Dj.Client.GetAsync(new Uri("/v1/streams", UriKind.Relative));
        Assert.Equal("no-store", Header(mine, "Cache-Control"));
        using var byQuery = await GetAsync($"/v1/streams/{Guid.NewGuid()}/live.mp3?token=a.b.c");
        Assert.Equal("no-store", Header(byQuery, "Cache-Control"));
        using var anonymous = await GetAsync("/v1/streams");
        Assert.Null(Header(anonymous, "Cache-Control"));
        using var keys = await shared.Dj.Client.GetAsync(new Uri("/.well-known/jwks.json", UriKind.Relative));
        Assert.Equal("public, max-age=300", Header(keys, "Cache-Control"));
    }

    private static void AssertCommon(HttpResponseMessage response, string embedding)
    {
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
        Assert.Equal("no-referrer", Header(response, "Referrer-Policy"));
        Assert.Equal(embedding, Header(response, "Cross-Origin-Resource-Policy"));
        Assert.Null(Header(response, "Strict-Transport-Security"));
        Assert.Null(Header(response, "Server"));
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private static async Task<HttpResponseMessage> GetAsync(string path) => await (await SharedPlatform.GetAsync()).Platform.Client.GetAsync(new Uri(path, UriKind.Relative));
}
