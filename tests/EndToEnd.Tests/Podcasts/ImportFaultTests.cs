using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Feeds;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.EndToEnd.Tests.Podcasts;

/// <summary>What a DJ notices when the platform dies while it imports a show.</summary>
[Collection("one platform after the other")]
public sealed class ImportFaultTests
{
    private const int PageLength = 700;
    private const int All = 2 * PageLength;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task An_import_whose_platform_is_killed_twice_has_every_episode_exactly_once_with_its_guid()
    {
        await using var files = WebFiles.Start();
        files.Put("/1.xml", Page(0, "/2.xml"), "application/rss+xml");
        files.Script("/2.xml", connection => connection.BeSilentAsync());
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Jobs__Lease"] = "00:00:02" });
        using var dj = await Dj.RegisterAsync(platform);
        var import = await dj.PostAsync("/v1/podcasts/import", new { feed_url = files.UrlOf("/1.xml") });
        var podcast = $"/v1/podcasts/{import["podcast_id"]}";
        var job = $"/v1/podcasts/import/{import["job_id"]}";

        // Half of the episodes are stored, and the other half is waited for.
        await Eventually.That(() => files.RequestsFor("/2.xml").Count > 0, Deadline, "the second page is requested");
        Assert.Equal("running", (string)(await dj.GetAsync(job))["status"]!);
        await platform.KillAsync();
        await platform.StartAsync();
        var before = (await EpisodesAsync(dj, podcast)).ToDictionary(episode => (string)episode["guid"]!, episode => (string)episode["episode_id"]!);
        Assert.Equal(PageLength, before.Count);

        // Meanwhile the show has a new episode, so the last one of the first page has moved to the second. The second kill comes while that is stored.
        files.Put("/1.xml", Page(-1, "/2.xml"), "application/rss+xml");
        files.Put("/2.xml", Page(PageLength - 1), "application/rss+xml");
        await Eventually.That(async () => (int)(await dj.GetAsync(podcast))["episode_count"]! > PageLength + 1, Deadline, "episodes of the second page are stored");
        await platform.KillAsync();
        await platform.StartAsync();

        await Eventually.That(async () => (string)(await dj.GetAsync(job))["status"]! is "done" or "dead", Deadline, "the import has ended");
        Assert.Equal("done", (string)(await dj.GetAsync(job))["status"]!);
        var episodes = await EpisodesAsync(dj, podcast);
        Assert.Equal(Enumerable.Range(-1, All).Select(GuidOf).Order(), episodes.Select(episode => (string)episode["guid"]!).Order());
        Assert.All(before, old => Assert.Equal(old.Value, (string)episodes.Single(episode => (string)episode["guid"]! == old.Key)["episode_id"]!));
        var feed = await platform.Client.GetByteArrayAsync(new Uri($"{podcast}/rss.xml", UriKind.Relative));
        Assert.Empty(FeedValidator.Check(feed));
        var listed = XDocument.Parse(Encoding.UTF8.GetString(feed)).Descendants("guid").Select(guid => guid.Value).ToList();
        Assert.Equal(Enumerable.Range(-1, listed.Count).Select(GuidOf), listed);
    }

    private static async Task<IReadOnlyList<JsonObject>> EpisodesAsync(Dj dj, string podcast)
    {
        var episodes = new List<JsonObject>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await dj.GetAsync($"{podcast}/episodes?limit=100{(cursor.Length > 0 ? $"&cursor={Uri.EscapeDataString(cursor)}" : "")}");
            episodes.AddRange(page["items"]!.AsArray().Select(episode => episode!.AsObject()));
            cursor = (string?)page["next_cursor"];
        }
        return episodes;
    }

    private static string GuidOf(int number) => $"old-host:{number}";

    /// <summary>A page of the feed, newest episode first.</summary>
    private static byte[] Page(int first, string? next = null)
    {
        var items = Enumerable.Range(first, PageLength).Select(i =>
            $"""<item><title>Episode {i}</title><guid isPermaLink="false">{GuidOf(i)}</guid><pubDate>{new DateTimeOffset(2024, 1, 1, 0, 0, 0, TimeSpan.Zero).AddHours(-i):R}</pubDate><enclosure url="https://media.example.org/{i}.mp3" length="12345" type="audio/mpeg"/></item>""");
        var link = next is null ? "" : $"""<atom:link rel="next" href="{next}"/>""";
        return Encoding.UTF8.GetBytes($"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>An old show</title><description>Many evenings.</description>{link}{string.Concat(items)}</channel></rss>""");
    }
}
