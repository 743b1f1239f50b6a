using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Feeds;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Podcasts;

/// <summary>Podcasts that come from other hosts.</summary>
public sealed class ImportTests
{
    private const string Namespaces =
        "xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" xmlns:podcast=\"https://podcastindex.org/namespace/1.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"";

    [Fact]
    public async Task A_show_is_imported_with_its_guids()
    {
        await using var files = WebFiles.Start();
        Put(files, "/feed.xml", $"""
            <title>Old &amp; good</title><link>https://old.example.org/</link><description>&lt;p&gt;Music&lt;/p&gt;</description><language>de-DE</language>
            <itunes:author>Ann</itunes:author><itunes:category text="Music"><itunes:category text="Music History"/></itunes:category><itunes:category text="Unknown"/>
            <itunes:explicit>yes</itunes:explicit><podcast:guid>9b024349-ccf0-5f69-a609-6b82873eab3c</podcast:guid>
            {Item("one", "Tue, 02 Jun 2020 10:00:00 EST", more: "<itunes:duration>1:02:03</itunes:duration><itunes:season>2</itunes:season><itunes:episode>7</itunes:episode>")}
            {Item("two", "Wed, 3 Jun 2020 10:00:00 +0200")}
            <item><title>A text</title><guid>three</guid></item>
            """);
        var (shared, podcast) = await ImportAsync(files.UrlOf("/feed.xml"));
        var show = await shared.Dj.GetAsync($"/v1/podcasts/{podcast}");
        Assert.Equal(
            ("Old & good", "de-DE", "Ann", "9b024349-ccf0-5f69-a609-6b82873eab3c", true, "Music / Music History"),
            ((string)show["title"]!, (string)show["language"]!, (string)show["author"]!, (string)show["guid"]!, (bool)show["explicit"]!, (string)show["categories"]!.AsArray().Single()!));
        var episodes = show["episodes"]!.AsArray();
        Assert.Equal(["two", "one"], episodes.Select(episode => (string)episode!["guid"]!));
        Assert.Equal(
            ("2020-06-02T15:00:00.000Z", 3723.0, 2, 7, "external"),
            ((string)episodes[1]!["publication_date"]!, (double)episodes[1]!["duration_seconds"]!, (int)episodes[1]!["season"]!, (int)episodes[1]!["episode_number"]!, (string)episodes[1]!["source_type"]!));
        var feed = await shared.Platform.Client.GetByteArrayAsync(new Uri($"/v1/podcasts/{podcast}/rss.xml", UriKind.Relative));
        Assert.Empty(FeedValidator.Check(feed));
        var enclosure = XDocument.Parse(Encoding.UTF8.GetString(feed)).Descendants("enclosure").First();
        Assert.Equal(("https://media.example.org/two.mp3?a=1&b=2", "12345"), (enclosure.Attribute("url")!.Value, enclosure.Attribute("length")!.Value));
    }

    [Fact]
    public async Task Older_pages_are_followed_once_even_in_a_circle()
    {
        await using var files = WebFiles.Start();
        Put(files, "/1.xml", $"""<title>Pages</title><atom:link rel="next" href="2.xml"/>{string.Concat(Enumerable.Range(0, 300).Select(i => Item($"new-{i}")))}""");
        Put(files, "/2.xml", $"""<title>Pages</title><atom:link rel="prev-archive" href="/1.xml"/>{Item("old")}{Item("new-7")}""");
        var (shared, podcast) = await ImportAsync(files.UrlOf("/1.xml"));
        Assert.Equal(301, (int)(await shared.Dj.GetAsync($"/v1/podcasts/{podcast}"))["episode_count"]!);
        Assert.Equal(2, files.RequestsFor("/1.xml").Count + files.RequestsFor("/2.xml").Count);
    }

    [Theory]
    [InlineData("page", "not a podcast feed")]
    [InlineData("broken", "not well-formed XML: line 1")]
    [InlineData("bomb", "not well-formed")]
    [InlineData("huge", "larger than 20 MiB")]
    [InlineData("locked", "locked against imports")]
    [InlineData("missing", "answered 404")]
    [InlineData("inside", "not reached from here|network")]
    public async Task A_feed_that_cannot_be_imported_says_why(string kind, string reason)
    {
        await using var files = WebFiles.Start();
        files.Put("/page", "<html><body>Hello</body></html>"u8.ToArray(), "text/html");
        files.Put("/broken", "<rss><channel><title>x</channel></rss>"u8.ToArray(), "application/rss+xml");
        files.Put("/bomb", Encoding.UTF8.GetBytes("<!DOCTYPE r [<!ENTITY a \"" + new string('a', 1000) + "\"><!ENTITY b \"" + string.Concat(Enumerable.Repeat("&a;", 1000)) + "\">]><rss version=\"2.0\"><channel><title>&b;&b;&b;</title></channel></rss>"), "application/rss+xml");
        if (kind == "huge")
            files.Put("/huge", [.. "<rss><channel><title>"u8, .. Enumerable.Repeat((byte)'x', 21 * 1024 * 1024)], "application/rss+xml");
        Put(files, "/locked", """<title>Mine</title><podcast:locked owner="somebody@example.org">yes</podcast:locked>""");
        var shared = await SharedPlatform.GetAsync();
        var job = await StartAsync(shared, kind == "inside" ? "http://169.254.169.254/feed.xml" : files.UrlOf($"/{kind}"));
        var import = await UntilAsync(shared, job, "dead");
        Assert.Contains(reason.Split('|'), part => ((string)import["error"]!).Contains(part, StringComparison.Ordinal));
        using var none = await shared.Dj.Client.GetAsync(new Uri($"/v1/podcasts/{import["podcast_id"]}", UriKind.Relative));
        await none.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task An_import_is_for_its_owner_only()
    {
        await using var files = WebFiles.Start();
        Put(files, "/feed.xml", "<title>Mine</title>");
        var shared = await SharedPlatform.GetAsync();
        var job = await StartAsync(shared, files.UrlOf("/feed.xml"));
        using var stranger = await Dj.RegisterAsync(shared.Platform);
        using var hidden = await stranger.Client.GetAsync(new Uri($"/v1/podcasts/import/{job}", UriKind.Relative));
        await hidden.ProblemAsync(HttpStatusCode.NotFound);
        using var wrong = await shared.Dj.Client.PostAsJsonAsync("/v1/podcasts/import", new { feed_url = "gopher://example.org" });
        Assert.Equal("not_a_url", (string)(await wrong.ProblemAsync(HttpStatusCode.BadRequest))["codes"]!["feed_url"]![0]!);
        await UntilAsync(shared, job, "done");
    }

    private static async Task<(SharedPlatform Shared, Guid Podcast)> ImportAsync(string url)
    {
        var shared = await SharedPlatform.GetAsync();
        var import = await UntilAsync(shared, await StartAsync(shared, url), "done");
        return (shared, (Guid)import["podcast_id"]!);
    }

    private static async Task<Guid> StartAsync(SharedPlatform shared, string url)
    {
        using var response = await shared.Dj.Client.PostAsJsonAsync("/v1/podcasts/import", new { feed_url = url });
        var answer = await response.JsonAsync(HttpStatusCode.Accepted);
        Assert.Equal($"/v1/podcasts/import/{answer["job_id"]}", response.Headers.Location!.ToString());
        return (Guid)answer["job_id"]!;
    }

    private static async Task<JsonObject> UntilAsync(SharedPlatform shared, Guid job, string status)
    {
        JsonObject import = [];
        await Eventually.That(
            async () => (string)(import = await shared.Dj.GetAsync($"/v1/podcasts/import/{job}"))["status"]! is "done" or "dead", TimeSpan.FromSeconds(60), "the import has ended");
        Assert.True((string)import["status"]! == status, import.ToString());
        return import;
    }

    private static void Put(WebFiles files, string path, string channel) => files.Put(
        path, Encoding.UTF8.GetBytes($"<?xml version=\"1.0\" encoding=\"utf-8\"?><rss version=\"2.0\" {Namespaces}><channel>{channel}</channel></rss>"), "application/rss+xml");

    private static string Item(string guid, string date = "Mon, 01 Jun 2020 10:00:00 GMT", string more = "") =>
        $"""<item><title>Episode {guid}</title><guid isPermaLink="false">{guid}</guid><pubDate>{date}</pubDate><enclosure url="https://media.example.org/{guid}.mp3?a=1&amp;b=2" length="12345" type="audio/mpeg"/>{more}</item>""";
}
