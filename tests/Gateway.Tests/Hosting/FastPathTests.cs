using System.Net;
using AudioOrleans.Gateway.Tests.Security;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Hosting;

/// <summary>The fast path answers as the whole pipeline does, and only what is public.</summary>
public sealed class FastPathTests
{
    /// <summary>The fast path leaves it out, as it has no effect on media; so it tells which way a response took.</summary>
    private const string OnlyByPipeline = "Referrer-Policy";

    /// <summary>A query that no endpoint reads, with which a request goes through the whole pipeline.</summary>
    private const string ByPipeline = "?unknown=1";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("gzip, br", "https://radio.example.org")]
    public async Task A_public_feed_is_the_same_by_both_ways(string? accepted, string? origin = null)
    {
        var shared = await SharedPlatform.GetAsync();
        var feed = Feed(await AddShowAsync(shared.Dj, new { title = "Open" }));
        (string, string)[] common = [.. accepted is null ? [] : new[] { ("Accept-Encoding", accepted) }, .. origin is null ? [] : new[] { ("Origin", origin) }];
        var first = await AssertSameAsync(shared.Platform, feed, HttpStatusCode.OK, common);
        await AssertSameAsync(shared.Platform, feed, HttpStatusCode.NotModified, [("If-None-Match", first["ETag"]), .. common]);
        await AssertSameAsync(shared.Platform, feed, HttpStatusCode.NotModified, [("If-Modified-Since", first["Last-Modified"]), .. common]);
        await AssertSameAsync(shared.Platform, feed, HttpStatusCode.OK, [("If-None-Match", "\"other\""), .. common]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("https://radio.example.org")]
    public async Task A_public_stream_is_the_same_by_both_ways(string? origin)
    {
        var shared = await SharedPlatform.GetAsync();
        var live = $"/v1/streams/{await SharedStream.OnAirAsync()}";
        (string, string)[] headers = origin is null ? [] : [("Origin", origin)];
        var playlist = await shared.Platform.Client.GetStringAsync(new Uri($"{live}/live.m3u8", UriKind.Relative));
        await AssertSameAsync(shared.Platform, $"{live}/{playlist.Split('\n').Last(line => line.EndsWith(".ts", StringComparison.Ordinal))}", HttpStatusCode.OK, headers);
        // The window may move between the two requests.
        using var fast = await SendAsync(shared.Platform, $"{live}/live.m3u8", headers);
        using var whole = await SendAsync(shared.Platform, $"{live}/live.m3u8{ByPipeline}", headers);
        Assert.Equal((false, true), (TookPipeline(fast), TookPipeline(whole)));
        Assert.Equal(Comparable(whole).Keys, Comparable(fast).Keys);
    }

    [Fact]
    public async Task A_request_with_credentials_goes_through_authentication()
    {
        var shared = await SharedPlatform.GetAsync();
        var feed = Feed(await AddShowAsync(shared.Dj, new { title = "Open" }));
        // Valid or not: what is public needs none.
        foreach (var (header, value) in new[] { ("Authorization", $"{shared.Dj.Client.DefaultRequestHeaders.Authorization}"), ("Authorization", "Bearer wrong"), ("X-Api-Key", "wrong") })
        {
            await AssertSameAsync(shared.Platform, feed, HttpStatusCode.OK, []); // It is in memory.
            using var response = await SendAsync(shared.Platform, feed, [(header, value)]);
            Assert.Equal((HttpStatusCode.OK, true), (response.StatusCode, TookPipeline(response)));
        }
        using var token = await SendAsync(shared.Platform, $"{feed}?feed_token=wrong", []);
        Assert.True(TookPipeline(token));
    }

    [Fact]
    public async Task What_is_not_public_goes_through_authentication()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await AddShowAsync(shared.Dj, new { title = "Hidden", visibility = "private" });
        for (var i = 0; i < 2; i++) // The second time, it is cached.
        {
            using var stranger = await SendAsync(shared.Platform, Feed(id), []);
            Assert.Equal((HttpStatusCode.Unauthorized, true), (stranger.StatusCode, TookPipeline(stranger)));
            using var owner = await shared.Dj.Client.GetAsync(new Uri(Feed(id), UriKind.Relative));
            Assert.Equal((HttpStatusCode.OK, true, true), (owner.StatusCode, TookPipeline(owner), owner.Headers.CacheControl!.Private));
        }
        await shared.Dj.PatchAsync($"/v1/podcasts/{id}", new { visibility = "public" });
        await AssertSameAsync(shared.Platform, Feed(id), HttpStatusCode.OK, []);
    }

    [Fact]
    public async Task A_head_request_and_a_preflight_go_through_the_whole_pipeline()
    {
        var shared = await SharedPlatform.GetAsync();
        var feed = Feed(await AddShowAsync(shared.Dj, new { title = "Open" }));
        var get = await AssertSameAsync(shared.Platform, feed, HttpStatusCode.OK, []);
        using var head = await SendAsync(shared.Platform, feed, [], HttpMethod.Head);
        Assert.True(TookPipeline(head));
        Assert.Equal(get, Comparable(head));
        using var preflight = await SendAsync(shared.Platform, feed, [("Origin", "https://radio.example.org"), ("Access-Control-Request-Method", "GET")], HttpMethod.Options);
        Assert.Equal((HttpStatusCode.NoContent, "*"), (preflight.StatusCode, preflight.Headers.GetValues("Access-Control-Allow-Origin").Single()));
    }

    [Fact]
    public async Task By_https_it_sends_HSTS_too()
    {
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Proxies__Trusted__0"] = "127.0.0.1" });
        using var dj = await Dj.RegisterAsync(platform);
        var feed = Feed(await AddShowAsync(dj, new { title = "Open" }));
        Assert.Contains("Strict-Transport-Security", (await AssertSameAsync(platform, feed, HttpStatusCode.OK, [("X-Forwarded-For", "198.51.100.30"), ("X-Forwarded-Proto", "https")])).Keys);
        Assert.DoesNotContain("Strict-Transport-Security", (await AssertSameAsync(platform, feed, HttpStatusCode.OK, [])).Keys);
    }

    private static async Task<Guid> AddShowAsync(Dj dj, object show)
    {
        var id = await dj.AddPodcastAsync(show);
        await dj.AddEpisodeAsync(id, new { title = "Episode", upload_id = await dj.AddUploadAsync(await Pieces.Mp3Async("Show")) });
        return id;
    }

    private static string Feed(Guid id) => $"/v1/podcasts/{id}/rss.xml";

    /// <summary>Requests something by both ways, and returns the headers.</summary>
    private static async Task<Dictionary<string, string>> AssertSameAsync(PlatformProcess platform, string path, HttpStatusCode status, (string Name, string Value)[] headers)
    {
        HttpResponseMessage whole = null!, fast = null!;
        await Eventually.That(
            async () =>
            {
                whole = await SendAsync(platform, path + ByPipeline, headers); // The first, which puts it into the cache for less than a second.
                fast = await SendAsync(platform, path, headers);
                return !TookPipeline(fast);
            },
            Soon, "the fast path serves what is in memory");
        Assert.Equal((status, status, true), (fast.StatusCode, whole.StatusCode, TookPipeline(whole)));
        Assert.Equal(Comparable(whole), Comparable(fast));
        Assert.Equal(await whole.Content.ReadAsByteArrayAsync(), await fast.Content.ReadAsByteArrayAsync());
        return Comparable(fast);
    }

    private static async Task<HttpResponseMessage> SendAsync(PlatformProcess platform, string path, (string Name, string Value)[] headers, HttpMethod? method = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, path);
        request.Headers.Add("X-Request-Id", "test");
        foreach (var (name, value) in headers)
            Assert.True(request.Headers.TryAddWithoutValidation(name, value));
        return await platform.Client.SendAsync(request);
    }

    private static bool TookPipeline(HttpResponseMessage response) => response.Headers.Contains(OnlyByPipeline);

    private static Dictionary<string, string> Comparable(HttpResponseMessage response) => response.Headers.Concat(response.Content.Headers)
        .Where(header => header.Key is not (OnlyByPipeline or "Date")).OrderBy(header => header.Key, StringComparer.Ordinal).ToDictionary(header => header.Key, header => string.Join(", ", header.Value));
}
