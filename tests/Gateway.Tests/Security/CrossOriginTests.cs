using System.Net;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Security;

[Collection(DefendedPlatformGroup.Name)]
public sealed class CrossOriginTests(DefendedPlatform defended)
{
    private const string Ours = "https://radio.example.org";
    private const string Stranger = "https://evil.example";
    private const string AllowOrigin = "Access-Control-Allow-Origin";

    [Theory]
    [InlineData("/v1/streams", HttpStatusCode.OK)]
    [InlineData("/v1/streams?limit=0", HttpStatusCode.BadRequest)]
    [InlineData("/v1/users/me", HttpStatusCode.Unauthorized)]
    public async Task Only_configured_origins_can_read_responses_and_errors(string path, HttpStatusCode status)
    {
        using var allowed = await SendAsync(defended.Platform, HttpMethod.Get, path, Ours);
        Assert.Equal(status, allowed.StatusCode);
        Assert.Equal(Ours, Header(allowed, AllowOrigin));
        var exposed = Header(allowed, "Access-Control-Expose-Headers")!.Split(',', StringSplitOptions.TrimEntries);
        Assert.Equal(
            ["ETag", "Idempotency-Replayed", "Location", "Retry-After", "Tus-Checksum-Algorithm", "Tus-Extension", "Tus-Max-Size", "Tus-Resumable", "Tus-Version",
                "Upload-Concat", "Upload-Defer-Length", "Upload-Expires", "Upload-Length", "Upload-Metadata", "Upload-Offset", "X-Request-Id"],
            exposed.Order(StringComparer.Ordinal));
        Assert.Null(Header(allowed, "Access-Control-Allow-Credentials"));
        using var denied = await SendAsync(defended.Platform, HttpMethod.Get, path, Stranger);
        Assert.Equal(status, denied.StatusCode);
        Assert.Null(Header(denied, AllowOrigin));
    }

    [Fact]
    public async Task Configured_origins_can_also_read_refusals_by_a_rate_limit()
    {
        for (var i = 0; i < DefendedPlatform.Limit * 4; i++)
        {
            using var response = await SendAsync(defended.Platform, HttpMethod.Get, "/v1/streams", Ours, from: "198.51.100.41");
            Assert.Equal(Ours, Header(response, AllowOrigin));
            if (response.StatusCode == HttpStatusCode.TooManyRequests)
                return;
        }
        Assert.Fail("No request was refused.");
    }

    [Fact]
    public async Task Preflights_of_configured_origins_list_what_may_be_sent()
    {
        using var allowed = await PreflightAsync(defended.Platform, "/v1/streams", "http://localhost:3000", "POST", "authorization,content-type,idempotency-key");
        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Equal("http://localhost:3000", Header(allowed, AllowOrigin));
        Assert.Contains("POST", Header(allowed, "Access-Control-Allow-Methods")!, StringComparison.Ordinal);
        Assert.Contains("Idempotency-Key", Header(allowed, "Access-Control-Allow-Headers")!, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("3600", Header(allowed, "Access-Control-Max-Age"));
        using var denied = await PreflightAsync(defended.Platform, "/v1/streams", Stranger, "POST", "authorization");
        Assert.Null(Header(denied, AllowOrigin));
    }

    [Theory]
    [InlineData("POST", "authorization,idempotency-key,tus-resumable,upload-length,upload-metadata,upload-concat,upload-defer-length")]
    [InlineData("PATCH", "authorization,content-type,tus-resumable,upload-offset,upload-length,upload-concat,upload-checksum,x-request-id")]
    [InlineData("HEAD", "authorization,tus-resumable,upload-concat")]
    [InlineData("DELETE", "authorization,tus-resumable")]
    public async Task Preflights_of_tus_clients_allow_all_their_headers(string method, string headers)
    {
        using var allowed = await PreflightAsync(defended.Platform, "/v1/uploads/tus", Ours, method, headers);
        Assert.Equal(Ours, Header(allowed, AllowOrigin));
        Assert.Contains(method, Header(allowed, "Access-Control-Allow-Methods")!.Split(','));
        Assert.Subset(
            Header(allowed, "Access-Control-Allow-Headers")!.Split(',', StringSplitOptions.TrimEntries).ToHashSet(StringComparer.OrdinalIgnoreCase),
            headers.Split(',').ToHashSet(StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Without_configured_origins_no_CORS_headers_are_sent()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var answer = await SendAsync(platform, HttpMethod.Get, "/v1/streams", Ours);
        using var preflight = await PreflightAsync(platform, "/v1/streams", Ours, "POST", "authorization");
        foreach (var response in new[] { answer, preflight })
            Assert.DoesNotContain(response.Headers, header => header.Key.StartsWith("Access-Control-", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Every_origin_can_be_allowed_but_never_with_cookies()
    {
        await using var open = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Cors__Origins__0"] = "*" });
        using var response = await SendAsync(open, HttpMethod.Get, "/v1/streams", Stranger);
        Assert.Equal("*", Header(response, AllowOrigin));
        Assert.Null(Header(response, "Access-Control-Allow-Credentials"));
    }

    [Theory]
    [InlineData(Stranger)]
    [InlineData(null)] // A cache sends no origin, and serves its copy to any page.
    public async Task Media_and_events_can_be_read_by_any_page(string? origin)
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await SharedStream.OnAirAsync();
        foreach (var file in new[] { "live.m3u8", "live.m3u8?session=a&session=b", "live.mp3", "live.aac", "events", "segments/1.ts" })
        {
            using var response = await SendAsync(shared.Platform, HttpMethod.Get, $"/v1/streams/{id}/{file}", origin);
            Assert.Equal("*", Header(response, AllowOrigin));
        }
    }

    [Fact]
    public async Task Errors_of_media_can_be_read_by_any_page_even_if_origins_are_configured()
    {
        foreach (var file in new[] { "live.m3u8", "segments/1.ts", "live.mp3", "events" })
        {
            using var missing = await SendAsync(defended.Platform, HttpMethod.Get, $"/v1/streams/{Guid.NewGuid()}/{file}", Stranger);
            Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
            Assert.Equal("*", Header(missing, AllowOrigin));
        }
    }

    [Theory]
    [InlineData("live.m3u8")]
    [InlineData("segments/1.ts")]
    [InlineData("live.mp3")]
    [InlineData("events")]
    public async Task A_page_can_send_a_token_for_a_private_stream(string file)
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var preflight = await PreflightAsync(platform, $"/v1/streams/{Guid.NewGuid()}/{file}", Stranger, "GET", "authorization");
        Assert.Equal(HttpStatusCode.NoContent, preflight.StatusCode);
        Assert.Equal("*", Header(preflight, AllowOrigin));
        Assert.Contains("authorization", Header(preflight, "Access-Control-Allow-Headers")!, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("3600", Header(preflight, "Access-Control-Max-Age"));
    }

    private static Task<HttpResponseMessage> PreflightAsync(PlatformProcess platform, string path, string origin, string method, string headers) =>
        SendAsync(platform, HttpMethod.Options, path, origin, [("Access-Control-Request-Method", method), ("Access-Control-Request-Headers", headers)]);

    private static async Task<HttpResponseMessage> SendAsync(
        PlatformProcess platform, HttpMethod method, string path, string? origin, (string Name, string Value)[]? headers = null, string from = "198.51.100.40")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Add("X-Forwarded-For", from);
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        foreach (var (name, value) in headers ?? [])
            request.Headers.Add(name, value);
        return await platform.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? string.Join(",", values) : null;
}
