using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Feeds;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Podcasts;

/// <summary>The feed as podcast apps fetch it.</summary>
public sealed class FeedTests
{
    private static readonly XNamespace Podcast = "https://podcastindex.org/namespace/1.0";

    [Fact]
    public async Task The_feed_lists_published_episodes_newest_first_and_is_valid()
    {
        var (shared, id) = await AddShowAsync(episodes: 3);
        var feed = await FeedAsync(shared, id);
        Assert.Empty(FeedValidator.Check(Encoding.UTF8.GetBytes(feed.ToString())));
        Assert.Equal(["Episode 2", "Episode 1", "Episode 0"], Items(feed).Select(item => item.Element("title")!.Value));
        var enclosure = Items(feed)[0].Element("enclosure")!;
        using var head = await HeadAsync(shared, new Uri(enclosure.Attribute("url")!.Value));
        Assert.Equal((HttpStatusCode.OK, enclosure.Attribute("length")!.Value, enclosure.Attribute("type")!.Value), (head.StatusCode, head.Content.Headers.ContentLength!.ToString(), head.Content.Headers.ContentType!.ToString()));
    }

    [Fact]
    public async Task A_change_is_in_the_feed_at_once_and_an_unchanged_feed_is_not_sent_again()
    {
        var (shared, id) = await AddShowAsync(episodes: 1);
        using var first = await GetAsync(shared, id);
        var etag = first.Headers.ETag!.ToString();
        using (var same = await GetAsync(shared, id, request => request.Headers.TryAddWithoutValidation("If-None-Match", etag)))
            Assert.Equal((HttpStatusCode.NotModified, etag), (same.StatusCode, same.Headers.ETag!.ToString()));
        using (var dated = await GetAsync(shared, id, request => request.Headers.IfModifiedSince = first.Content.Headers.LastModified))
            Assert.Equal(HttpStatusCode.NotModified, dated.StatusCode);
        await shared.Dj.PatchAsync($"/v1/podcasts/{id}", new { title = "Changed" });
        using var changed = await GetAsync(shared, id, request => request.Headers.TryAddWithoutValidation("If-None-Match", etag));
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        Assert.Contains("<title>Changed</title>", await changed.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.NotEqual(etag, changed.Headers.ETag!.ToString());
    }

    [Theory]
    [InlineData("gzip", "gzip")]
    [InlineData("br", "br")]
    [InlineData("gzip, br", "br")]
    [InlineData("gzip;q=1, br;q=0.5", "gzip")]
    [InlineData("br;q=0, identity", null)]
    [InlineData("*", "br")]
    [InlineData("zstd", null)]
    public async Task The_feed_is_compressed_as_the_client_prefers(string accepted, string? coding)
    {
        var (shared, id) = await AddShowAsync(episodes: 2);
        var plain = await shared.Platform.Client.GetByteArrayAsync(Feed(id));
        using var response = await GetAsync(shared, id, request => request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted));
        Assert.Equal(coding, response.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Contains("Accept-Encoding", response.Headers.Vary);
        await using var body = await response.Content.ReadAsStreamAsync();
        await using Stream unpacked = coding switch { "gzip" => new GZipStream(body, CompressionMode.Decompress), "br" => new BrotliStream(body, CompressionMode.Decompress), _ => body };
        using var copy = new MemoryStream();
        await unpacked.CopyToAsync(copy);
        Assert.Equal(plain, copy.ToArray());
        // Each form has a tag of its own, and each tag is known.
        using var again = await GetAsync(shared, id, request =>
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", accepted);
            request.Headers.TryAddWithoutValidation("If-None-Match", response.Headers.ETag!.ToString());
        });
        Assert.Equal(HttpStatusCode.NotModified, again.StatusCode);
    }

    [Fact]
    public async Task A_head_request_has_the_headers_of_a_get_without_a_body()
    {
        var (shared, id) = await AddShowAsync(episodes: 1);
        using var get = await GetAsync(shared, id);
        using var head = await HeadAsync(shared, new Uri(shared.Platform.Url, Feed(id)));
        Assert.Equal(get.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Equal((get.Headers.ETag, get.Content.Headers.LastModified, "application/rss+xml"), (head.Headers.ETag, head.Content.Headers.LastModified, head.Content.Headers.ContentType!.MediaType));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_scheduled_episode_is_published_by_itself()
    {
        var (shared, id) = await AddShowAsync(episodes: 1);
        var upload = await shared.Dj.AddUploadAsync(await Pieces.Mp3Async("Soon"));
        var date = TimeProvider.System.GetUtcNow().AddSeconds(3);
        await shared.Dj.AddEpisodeAsync(id, new { title = "Soon", upload_id = upload, publication_date = date });
        Assert.DoesNotContain("Soon", (await FeedAsync(shared, id)).ToString(), StringComparison.Ordinal);
        await Eventually.That(async () => (await FeedAsync(shared, id)).ToString().Contains("<title>Soon", StringComparison.Ordinal), TimeSpan.FromSeconds(30), "the episode is in the feed");
        Assert.True(TimeProvider.System.GetUtcNow() >= date);
    }

    [Fact]
    public async Task A_stream_on_air_is_announced()
    {
        var (shared, id) = await AddShowAsync(episodes: 1);
        var stream = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", "Live evening");
        await shared.Dj.UntilAsync(stream, "live", TimeSpan.FromSeconds(30));
        await shared.Dj.PatchAsync($"/v1/podcasts/{id}", new { live_stream_id = stream });
        var feed = await FeedAsync(shared, id);
        Assert.Empty(FeedValidator.Check(Encoding.UTF8.GetBytes(feed.ToString())));
        var live = feed.Descendants(Podcast + "liveItem").Single();
        Assert.Equal(("live", "Live evening"), ((string)live.Attribute("status")!, live.Element("title")!.Value));
        using var playlist = await shared.Platform.Client.GetAsync(new Uri((string)live.Element(Podcast + "contentLink")!.Attribute("href")!));
        Assert.Equal(HttpStatusCode.OK, playlist.StatusCode);
        await shared.Dj.PatchAsync($"/v1/podcasts/{id}", new { live_stream_id = Guid.Empty });
        Assert.Empty((await FeedAsync(shared, id)).Descendants(Podcast + "liveItem"));
        using var deleted = await shared.Dj.Client.DeleteAsync(new Uri($"/v1/streams/{stream}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Fact]
    public async Task Chapters_and_transcripts_are_linked_and_served()
    {
        var (shared, id) = await AddShowAsync(episodes: 1);
        var episode = (Guid)(await shared.Dj.GetAsync($"/v1/podcasts/{id}"))["episodes"]![0]!["episode_id"]!;
        using (var set = await shared.Dj.Client.PutAsJsonAsync($"/v1/podcasts/{id}/episodes/{episode}/chapters", new { chapters = new object[] { new { start_time = 0, title = "Start" }, new { start_time = 3.5, title = "Hidden", toc = false } } }))
            Assert.Equal(["chapters"], (await set.JsonAsync(HttpStatusCode.OK))["updated_fields"]!.AsArray().Select(field => (string)field!));
        var texts = new Dictionary<string, (string Type, string Text)>
        {
            ["en"] = ("application/srt", "1\n00:00:00,000 --> 00:00:02,000\nHello\n"),
            ["de"] = ("text/vtt", "WEBVTT\n\n00:00.000 --> 00:02.000\nHallo\n"),
            ["pt-BR"] = ("application/json", """{"version":"1.0.0","segments":[{"startTime":0,"endTime":2,"body":"Olá"}]}"""),
        };
        foreach (var (language, (_, text)) in texts)
        {
            using var put = await shared.Dj.Client.PutAsync(new Uri($"/v1/podcasts/{id}/episodes/{episode}/transcripts/{language}", UriKind.Relative), new StringContent(text));
            Assert.Equal(HttpStatusCode.NoContent, put.StatusCode);
        }
        using (var wrong = await shared.Dj.Client.PutAsync(new Uri($"/v1/podcasts/{id}/episodes/{episode}/transcripts/fr", UriKind.Relative), new StringContent("<html>")))
            Assert.True((await wrong.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject().ContainsKey("transcript"));

        using (var large = await shared.Dj.Client.PutAsync(new Uri($"/v1/podcasts/{id}/episodes/{episode}/transcripts/fr", UriKind.Relative), new StringContent("WEBVTT\n" + new string('x', 3 * 1024 * 1024))))
            Assert.Equal(HttpStatusCode.NoContent, large.StatusCode);
        using (var tooLarge = await shared.Dj.Client.PutAsync(new Uri($"/v1/podcasts/{id}/episodes/{episode}/transcripts/it", UriKind.Relative), new StringContent("WEBVTT\n" + new string('x', 6 * 1024 * 1024))))
            Assert.Equal(5 * 1024 * 1024, (long)(await tooLarge.ProblemAsync(HttpStatusCode.RequestEntityTooLarge))["max_bytes"]!);
        using (var removed = await shared.Dj.Client.DeleteAsync(new Uri($"/v1/podcasts/{id}/episodes/{episode}/transcripts/fr", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);

        var item = Items(await FeedAsync(shared, id)).Single();
        var chapters = JsonNode.Parse(await shared.Platform.Client.GetStringAsync(new Uri((string)item.Element(Podcast + "chapters")!.Attribute("url")!)))!;
        Assert.Equal(("1.2.0", 3.5, false), ((string)chapters["version"]!, (double)chapters["chapters"]![1]!["startTime"]!, (bool)chapters["chapters"]![1]!["toc"]!));
        Assert.Equal(3, item.Elements(Podcast + "transcript").Count());
        foreach (var transcript in item.Elements(Podcast + "transcript"))
        {
            using var got = await shared.Platform.Client.GetAsync(new Uri((string)transcript.Attribute("url")!));
            var expected = texts[(string)transcript.Attribute("language")!];
            Assert.Equal((expected.Type, expected.Text), (got.Content.Headers.ContentType!.MediaType, await got.Content.ReadAsStringAsync()));
            Assert.Equal(expected.Type, (string)transcript.Attribute("type")!);
        }
    }

    [Fact]
    public async Task Two_parsers_of_others_read_the_feed()
    {
        var (shared, id) = await AddShowAsync(episodes: 2);
        await shared.Dj.PatchAsync($"/v1/podcasts/{id}", new { title = "Tom & Jerry ]]> <b>🎧</b>", author = "Ann", owner_email = "ann@example.org", funding = new[] { new { url = "https://example.org/", text = "Help" } } });
        using var folder = new TestFolder("parsers");
        var path = Path.Combine(folder.Path, "feed.xml");
        await File.WriteAllBytesAsync(path, await shared.Platform.Client.GetByteArrayAsync(Feed(id)));
        var clients = Path.Combine(AppContext.BaseDirectory, "clients");
        var result = await ProcessRunner.RunAsync(new ProcessCommand("node", Path.Combine(clients, "feeds.mjs"), path), TimeSpan.FromSeconds(60), TimeProvider.System);
        var parsed = JsonNode.Parse(Encoding.UTF8.GetString(result.Output.Span).Trim().Split('\n')[^1])!; // One of them logs before.
        foreach (var parser in new[] { "rss_parser", "partytime" })
        {
            Assert.Equal("Tom & Jerry ]]> <b>🎧</b>", (string)parsed[parser]!["title"]!);
            Assert.Equal(["Episode 1", "Episode 0"], parsed[parser]!["items"]!.AsArray().Select(item => (string)item!["title"]!));
            Assert.All(parsed[parser]!["items"]!.AsArray(), item => Assert.True((long)item!["length"]! > 10_000));
        }
        Assert.Equal((string)(await shared.Dj.GetAsync($"/v1/podcasts/{id}"))["guid"]!, (string)parsed["partytime"]!["guid"]!);
    }

    private static async Task<(SharedPlatform Shared, Guid Id)> AddShowAsync(int episodes)
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddPodcastAsync();
        var upload = await shared.Dj.AddUploadAsync(await Pieces.Mp3Async("Show"));
        for (var i = 0; i < episodes; i++)
            await shared.Dj.AddEpisodeAsync(id, new { title = $"Episode {i}", upload_id = upload, publication_date = TimeProvider.System.GetUtcNow().AddDays(i - 10) });
        return (shared, id);
    }

    private static Uri Feed(Guid id) => new($"/v1/podcasts/{id}/rss.xml", UriKind.Relative);

    private static async Task<XDocument> FeedAsync(SharedPlatform shared, Guid id) => XDocument.Parse(await shared.Platform.Client.GetStringAsync(Feed(id)));

    private static List<XElement> Items(XDocument feed) => [.. feed.Descendants("item")];

    private static async Task<HttpResponseMessage> GetAsync(SharedPlatform shared, Guid id, Action<HttpRequestMessage>? configure = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Feed(id));
        configure?.Invoke(request);
        return await shared.Platform.Client.SendAsync(request);
    }

    private static async Task<HttpResponseMessage> HeadAsync(SharedPlatform shared, Uri url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, url);
        return await shared.Platform.Client.SendAsync(request);
    }
}
