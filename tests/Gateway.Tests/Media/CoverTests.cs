using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Pictures;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Media;

/// <summary>Covers of every noun, by the API.</summary>
[Trait("Speed", "slow")]
public sealed class CoverTests
{
    private static readonly XNamespace ITunes = "http://www.itunes.com/dtds/podcast-1.0.dtd";
    private static readonly Lazy<Task<byte[]>> Red = new(() => Picture.DrawAsync("jpg", "color=#ff0000:s=1500x1400"));
    private static readonly Lazy<Task<byte[]>> Blue = new(() => Picture.DrawAsync("png", "color=#0000ff:s=200x200"));

    [Theory]
    [InlineData("stream")]
    [InlineData("playlist")]
    [InlineData("podcast")]
    [InlineData("episode")]
    [InlineData("upload")]
    public async Task A_cover_is_set_shown_replaced_and_removed(string noun)
    {
        var shared = await SharedPlatform.GetAsync();
        var path = await MakeAsync(noun, shared);
        var set = await PutAsync(shared.Dj, path, await Red.Value);
        Assert.Equal(("ready", 1400), ((string)set["status"]!, (int)set["covers"]![2]!["pixels"]!));
        var shown = await shared.Dj.GetAsync(path);
        Assert.Equal((string)set["cover_url"]!, (string)shown["cover_url"]!);
        Assert.True(JsonNode.DeepEquals(set["covers"], shown["covers"]));
        foreach (var (size, edge) in new[] { (150, 150), (600, 600), (3000, 1400) })
        {
            var picture = shown["covers"]!.AsArray().Single(one => (int)one!["size"]! == size)!;
            foreach (var (format, type) in new[] { ("jpg", "image/jpeg"), ("webp", "image/webp") })
            {
                Assert.StartsWith($"{path}/cover/{size}.{format}?v=", (string)picture[format]!, StringComparison.Ordinal);
                var bytes = await BytesAsync(shared.Dj.Client, (string)picture[format]!, type);
                Assert.Equal((type, edge, edge), PictureFile.Read(bytes) is { } file ? (file.ContentType, file.Width, file.Height) : default);
                Assert.Equal("#ff0000", await Picture.ColourAtAsync(bytes, 0.5, 0.5));
            }
        }

        var replaced = await PutAsync(shared.Dj, path, await Blue.Value);
        Assert.NotEqual((string)set["cover_url"]!, (string)replaced["cover_url"]!);
        Assert.Equal("#0000ff", await Picture.ColourAtAsync(await BytesAsync(shared.Dj.Client, (string)replaced["cover_url"]!, "image/jpeg"), 0.5, 0.5));
        await Eventually.That(() => FilesOf(shared.Platform, path).Count(file => !file.Contains("original", StringComparison.Ordinal)) == 6, TimeSpan.FromSeconds(30), "only the pictures of the new cover are kept");
        await Eventually.That(() => FilesOf(shared.Platform, path).Length == 6, TimeSpan.FromSeconds(30), "the file as it was sent is deleted");

        using (var removed = await shared.Dj.Client.DeleteAsync(new Uri($"{path}/cover", UriKind.Relative)))
            Assert.Equal(HttpStatusCode.NoContent, removed.StatusCode);
        shown = await shared.Dj.GetAsync(path);
        Assert.Null(shown["cover_url"]);
        Assert.Empty(shown["covers"]!.AsArray());
        using var gone = await shared.Dj.Client.GetAsync(new Uri($"{path}/cover/600.jpg", UriKind.Relative));
        await gone.ProblemAsync(HttpStatusCode.NotFound);
        await Eventually.That(() => FilesOf(shared.Platform, path).Length == 0, TimeSpan.FromSeconds(30), "its files are deleted");
    }

    [Fact]
    public async Task Lists_contain_covers_and_what_is_deleted_takes_its_cover_with_it()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var podcast = await dj.AddPodcastAsync();
        var playlist = await dj.AddPlaylistAsync([]);
        var upload = await dj.AddUploadAsync(await Pieces.Mp3Async("Covered"));
        var stream = await dj.AddStreamAsync(shared.Icecast.Url, "/live");
        foreach (var (list, path) in new[] { ("podcasts", $"podcasts/{podcast}"), ("playlists", $"playlists/{playlist}"), ("uploads/audio", $"uploads/audio/{upload}"), ("streams", $"streams/{stream}") })
        {
            var set = await PutAsync(dj, $"/v1/{path}", await Blue.Value);
            var item = (await dj.GetAsync($"/v1/{list}?owner=me"))["items"]!.AsArray().Single()!;
            Assert.Equal((string)set["cover_url"]!, (string)item["cover_url"]!);
            using (var deleted = await dj.Client.DeleteAsync(new Uri($"/v1/{path}", UriKind.Relative)))
                Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
            await Eventually.That(() => FilesOf(shared.Platform, path).Length == 0, TimeSpan.FromSeconds(30), $"the cover of {path} is deleted");
        }
    }

    [Fact]
    public async Task A_file_that_is_no_cover_is_refused_and_the_cover_stays()
    {
        var shared = await SharedPlatform.GetAsync();
        var path = $"/v1/podcasts/{await shared.Dj.AddPodcastAsync()}";
        var set = await PutAsync(shared.Dj, path, await Blue.Value);
        async Task<string> ReasonAsync(byte[] file)
        {
            using var response = await SendAsync(shared.Dj.Client, path, file);
            return (string)(await response.ProblemAsync(HttpStatusCode.UnprocessableEntity))["reason"]!;
        }
        Assert.Equal("not_an_image", await ReasonAsync("<html>"u8.ToArray()));
        Assert.Equal("not_an_image", await ReasonAsync("<svg xmlns='http://www.w3.org/2000/svg'/>"u8.ToArray()));
        Assert.Equal("too_small", await ReasonAsync(Picture.Png(1, 1)));
        Assert.Equal("too_many_pixels", await ReasonAsync(Picture.Png(30_000, 30_000)));
        Assert.Equal("unreadable", await ReasonAsync(Picture.Png(300, 300)));
        using (var large = await SendAsync(shared.Dj.Client, path, new byte[CoverPictures.MostBytes + 1]))
            Assert.Equal(CoverPictures.MostBytes, (int)(await large.ProblemAsync(HttpStatusCode.RequestEntityTooLarge))["max_bytes"]!);
        var state = await shared.Dj.GetAsync($"{path}/cover");
        Assert.Equal(("failed", "unreadable", (string)set["cover_url"]!), ((string)state["status"]!, (string)state["reason"]!, (string)state["cover_url"]!));
        await Eventually.That(() => FilesOf(shared.Platform, path).Length == 6, TimeSpan.FromSeconds(30), "what was refused is deleted");
    }

    [Fact]
    public async Task Only_the_owner_sets_a_cover_and_a_private_one_is_shown_to_nobody_else()
    {
        var shared = await SharedPlatform.GetAsync();
        using var stranger = await Dj.RegisterAsync(shared.Platform);
        var open = $"/v1/podcasts/{await shared.Dj.AddPodcastAsync()}";
        var hidden = $"/v1/podcasts/{await shared.Dj.AddPodcastAsync(new { visibility = "private" })}";
        foreach (var path in new[] { open, hidden })
            await PutAsync(shared.Dj, path, await Blue.Value);
        async Task<HttpStatusCode> PutByAsync(HttpClient client, string path)
        {
            using var response = await SendAsync(client, path, await Blue.Value);
            return response.StatusCode;
        }
        Assert.Equal(HttpStatusCode.Unauthorized, await PutByAsync(shared.Platform.Client, open));
        Assert.Equal(HttpStatusCode.Forbidden, await PutByAsync(stranger.Client, open));
        Assert.Equal(HttpStatusCode.NotFound, await PutByAsync(stranger.Client, hidden));
        using (var removed = await stranger.Client.DeleteAsync(new Uri($"{open}/cover", UriKind.Relative)))
            await removed.ProblemAsync(HttpStatusCode.Forbidden);
        foreach (var more in new[] { "/cover", "/cover/600.jpg" })
        {
            async Task<HttpStatusCode> GetByAsync(HttpClient client, string path)
            {
                using var response = await client.GetAsync(new Uri(path + more, UriKind.Relative));
                return response.StatusCode;
            }
            Assert.Equal(HttpStatusCode.OK, await GetByAsync(shared.Platform.Client, open));
            Assert.Equal(HttpStatusCode.Unauthorized, await GetByAsync(shared.Platform.Client, hidden));
            Assert.Equal(HttpStatusCode.NotFound, await GetByAsync(stranger.Client, hidden));
            Assert.Equal(HttpStatusCode.OK, await GetByAsync(shared.Dj.Client, hidden));
        }
        var episode = $"{open}/episodes/{await shared.Dj.AddEpisodeAsync((Guid)(await shared.Dj.GetAsync(open))["podcast_id"]!, new { upload_id = await shared.Dj.AddUploadAsync(await Pieces.Mp3Async("Draft")), status = "draft" })}";
        await PutAsync(shared.Dj, episode, await Blue.Value);
        using var draft = await shared.Platform.Client.GetAsync(new Uri($"{episode}/cover/600.jpg", UriKind.Relative));
        await draft.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_picture_may_be_kept_forever_at_the_address_of_its_version_only()
    {
        var shared = await SharedPlatform.GetAsync();
        var path = $"/v1/podcasts/{await shared.Dj.AddPodcastAsync()}";
        var first = (string)(await PutAsync(shared.Dj, path, await Red.Value))["cover_url"]!;
        async Task<(string Caching, EntityTagHeaderValue Tag)> HeadAsync(HttpClient client, string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, address);
            using var response = await client.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.True(response.Content.Headers.ContentLength > 0);
            return (response.Headers.NonValidated["Cache-Control"].ToString(), response.Headers.ETag!);
        }
        var (caching, tag) = await HeadAsync(shared.Platform.Client, first);
        Assert.Equal("public, max-age=31536000, immutable", caching);
        using (var known = new HttpRequestMessage(HttpMethod.Get, first))
        {
            known.Headers.IfNoneMatch.Add(tag);
            using var response = await shared.Platform.Client.SendAsync(known);
            Assert.Equal(HttpStatusCode.NotModified, response.StatusCode);
        }
        await PutAsync(shared.Dj, path, await Blue.Value);
        Assert.Equal("private, no-cache", (await HeadAsync(shared.Platform.Client, first)).Caching);
        Assert.Equal("private, no-cache", (await HeadAsync(shared.Platform.Client, $"{path}/cover/600.jpg")).Caching);
        Assert.Equal("#0000ff", await Picture.ColourAtAsync(await BytesAsync(shared.Platform.Client, first, "image/jpeg"), 0.5, 0.5));
        await shared.Dj.PatchAsync(path, new { visibility = "private" });
        var current = (string)(await shared.Dj.GetAsync(path))["cover_url"]!;
        await Eventually.That(async () => (await HeadAsync(shared.Dj.Client, current)).Caching == "private, max-age=31536000, immutable", TimeSpan.FromSeconds(10), "the cover of a private podcast is for its client only");
        foreach (var wrong in new[] { "601.jpg", "600.png", "original", "600" })
        {
            using var none = await shared.Dj.Client.GetAsync(new Uri($"{path}/cover/{wrong}", UriKind.Relative));
            await none.ProblemAsync(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_feed_names_the_covers_of_the_show_and_its_episodes_before_others()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddPodcastAsync();
        var episode = await shared.Dj.AddEpisodeAsync(id, new { upload_id = await shared.Dj.AddUploadAsync(await Pieces.Mp3Async("Art")), image_url = "https://example.org/episode.jpg" });
        async Task<(string Show, string? Episode)> ImagesAsync()
        {
            var channel = XDocument.Parse(await shared.Platform.Client.GetStringAsync(new Uri($"/v1/podcasts/{id}/rss.xml", UriKind.Relative))).Root!.Element("channel")!;
            return ((string)channel.Element(ITunes + "image")!.Attribute("href")!, (string?)channel.Element("item")!.Element(ITunes + "image")?.Attribute("href"));
        }
        var images = await ImagesAsync();
        Assert.Equal("https://example.org/episode.jpg", images.Episode);
        var fallback = await BytesAsync(shared.Platform.Client, new Uri(images.Show).PathAndQuery, "image/jpeg");
        Assert.True(PictureFile.Read(fallback) is { Width: >= 1400 and <= 3000 } file && file.Width == file.Height);

        await shared.Dj.PatchAsync($"/v1/podcasts/{id}", new { image_url = "https://example.org/show.jpg" });
        Assert.Equal("https://example.org/show.jpg", (await ImagesAsync()).Show);
        await PutAsync(shared.Dj, $"/v1/podcasts/{id}", await Red.Value);
        await PutAsync(shared.Dj, $"/v1/podcasts/{id}/episodes/{episode}", await Blue.Value);
        images = await ImagesAsync();
        foreach (var (image, colour, path) in new[] { (images.Show, "#ff0000", $"/v1/podcasts/{id}/cover/3000.jpg"), (images.Episode!, "#0000ff", $"/v1/podcasts/{id}/episodes/{episode}/cover/3000.jpg") })
        {
            Assert.Equal(path, new Uri(image).AbsolutePath);
            Assert.Equal(colour, await Picture.ColourAtAsync(await BytesAsync(shared.Platform.Client, new Uri(image).PathAndQuery, "image/jpeg"), 0.5, 0.5));
        }
    }

    [Fact]
    public async Task The_picture_of_shows_without_a_cover_is_served()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var request = new HttpRequestMessage(HttpMethod.Head, "/podcast.jpg");
        using var head = await platform.Client.SendAsync(request);
        Assert.Equal((HttpStatusCode.OK, "image/jpeg"), (head.StatusCode, head.Content.Headers.ContentType!.MediaType));
        Assert.InRange(head.Content.Headers.ContentLength!.Value, 1, 60_000);
    }

    /// <summary>Makes something that can have a cover; returns its path.</summary>
    private static async Task<string> MakeAsync(string noun, SharedPlatform shared)
    {
        switch (noun)
        {
            case "stream":
                return $"/v1/streams/{await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live")}";
            case "playlist":
                return $"/v1/playlists/{await shared.Dj.AddPlaylistAsync([])}";
            case "podcast":
                return $"/v1/podcasts/{await shared.Dj.AddPodcastAsync()}";
            case "episode":
                var podcast = await shared.Dj.AddPodcastAsync();
                return $"/v1/podcasts/{podcast}/episodes/{await shared.Dj.AddEpisodeAsync(podcast, new { upload_id = await shared.Dj.SendUploadAsync(await Pieces.Mp3Async("Covered episode")) })}";
            default:
                return $"/v1/uploads/audio/{await shared.Dj.SendUploadAsync(await Pieces.Mp3Async("Covered upload"))}";
        }
    }

    private static async Task<JsonObject> PutAsync(Dj dj, string path, byte[] file)
    {
        using var response = await SendAsync(dj.Client, path, file);
        return await response.JsonAsync(HttpStatusCode.OK);
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, byte[] file)
    {
        using var body = new ByteArrayContent(file);
        return await client.PutAsync(new Uri($"{path}/cover", UriKind.Relative), body);
    }

    private static async Task<byte[]> BytesAsync(HttpClient client, string address, string type)
    {
        using var response = await client.GetAsync(new Uri(address, UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return await response.Content.ReadAsByteArrayAsync();
    }

    /// <summary>The files of a noun's covers in the store.</summary>
    private static string[] FilesOf(PlatformProcess platform, string path)
    {
        try
        {
            var id = path.Split('/')[^1];
            return [.. Directory.EnumerateFiles(Path.Combine(platform.DataFolder, "objects", "covers"), "*", SearchOption.AllDirectories).Where(file => file.Contains(id, StringComparison.Ordinal))];
        }
        catch (DirectoryNotFoundException)
        {
            return []; // A folder was deleted meanwhile.
        }
    }
}
