using System.Net;
using System.Net.Http.Headers;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Dapper;
using Npgsql;

namespace AudioOrleans.Gateway.Tests.Podcasts;

/// <summary>The audio of episodes, and what counts as a download.</summary>
public sealed class EnclosureTests
{
    [Fact]
    public async Task The_audio_is_sent_whole_or_in_ranges()
    {
        var (shared, podcast, episode) = await AddAsync();
        var whole = await shared.Platform.Client.GetByteArrayAsync(Audio(podcast, episode));
        using var part = await GetAsync(shared, podcast, episode, "test", 1000, 1999);
        Assert.Equal((HttpStatusCode.PartialContent, $"bytes 1000-1999/{whole.Length}"), (part.StatusCode, part.Content.Headers.ContentRange!.ToString()));
        Assert.Equal(whole[1000..2000], await part.Content.ReadAsByteArrayAsync());
        using var tail = await GetAsync(shared, podcast, episode, "test", null, 500);
        Assert.Equal(whole[^500..], await tail.Content.ReadAsByteArrayAsync());
        using var beyond = await GetAsync(shared, podcast, episode, "test", whole.Length, null);
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, beyond.StatusCode);
        using var known = new HttpRequestMessage(HttpMethod.Get, Audio(podcast, episode));
        known.Headers.IfNoneMatch.Add(part.Headers.ETag!);
        using var unchanged = await shared.Platform.Client.SendAsync(known);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Fact]
    public async Task A_download_counts_once_for_each_app_of_an_address_and_bots_and_probes_do_not()
    {
        var (shared, podcast, episode) = await AddAsync();
        foreach (var agent in new[] { "AntennaPod/3.4", "AntennaPod/3.4", "Overcast/3.0 (+http://overcast.fm/; iOS podcast app)", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" })
            await ReadAsync(shared, podcast, episode, agent);
        using (var head = new HttpRequestMessage(HttpMethod.Head, Audio(podcast, episode)))
        {
            head.Headers.UserAgent.ParseAdd("HeadOnly/1.0");
            (await shared.Platform.Client.SendAsync(head)).Dispose();
        }
        (await GetAsync(shared, podcast, episode, "Probing/1.0", 0, 1)).Dispose();
        await ReadAsync(shared, podcast, episode, "LastOne/1.0");
        // A download is stored before its last bytes are sent.
        Assert.Equal([("AntennaPod", 1L), ("Overcast", 1L), ("Unknown", 1L)], await CountsAsync(shared, episode));
    }

    [Fact]
    public async Task Ranges_count_when_a_minute_was_sent_in_sum()
    {
        var (shared, podcast, episode) = await AddAsync(seconds: 90);
        var length = (await shared.Platform.Client.GetByteArrayAsync(Audio(podcast, episode))).Length;
        var third = length / 3;
        await ReadAsync(shared, podcast, episode, "AntennaPod/3.4", 0, third - 1);
        Assert.DoesNotContain(await CountsAsync(shared, episode), row => row.App == "AntennaPod");
        await ReadAsync(shared, podcast, episode, "AntennaPod/3.4", third, (2 * third) + 2000);
        Assert.Contains(("AntennaPod", 1L), await CountsAsync(shared, episode));
        await ReadAsync(shared, podcast, episode, "AntennaPod/3.4", 2 * third, null);
        Assert.Contains(("AntennaPod", 1L), await CountsAsync(shared, episode));
    }

    [Fact]
    public async Task A_download_is_stored_before_its_last_bytes_are_sent()
    {
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        var podcast = await dj.AddPodcastAsync();
        var episode = await dj.AddEpisodeAsync(podcast, new { upload_id = await dj.AddUploadAsync(await Pieces.Mp3Async("Kill")) });
        for (var i = 0; i < 5; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, Audio(podcast, episode));
            request.Headers.UserAgent.ParseAdd($"Listener/{i}");
            using var response = await platform.Client.SendAsync(request);
            await response.Content.ReadAsByteArrayAsync();
        }
        await platform.KillAsync();
        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        Assert.Equal(5, await connection.ExecuteScalarAsync<long>("select sum(downloads) from episode_downloads where episode_id = @episode", new { episode }));
    }

    [Fact]
    public async Task External_audio_is_linked_or_counted_and_redirected_to()
    {
        var (shared, podcast, _) = await AddAsync();
        await using var files = WebFiles.Start();
        files.Put("/a.m4a", await File.ReadAllBytesAsync(await Pieces.M4aAsync("External")), "audio/x-m4a");
        var linked = await shared.Dj.AddEpisodeAsync(podcast, new { title = "Linked", media_url = files.UrlOf("/a.m4a") });
        var counted = await shared.Dj.AddEpisodeAsync(podcast, new { title = "Counted", media_url = files.UrlOf("/a.m4a"), count_downloads = true, duration_seconds = 7 });
        var items = System.Xml.Linq.XDocument.Parse(await shared.Platform.Client.GetStringAsync(new Uri($"/v1/podcasts/{podcast}/rss.xml", UriKind.Relative))).Descendants("item")
            .ToDictionary(item => item.Element("title")!.Value, item => item.Element("enclosure")!);
        Assert.Equal((files.UrlOf("/a.m4a"), "audio/x-m4a"), (items["Linked"].Attribute("url")!.Value, items["Linked"].Attribute("type")!.Value));
        Assert.Equal(new FileInfo(await Pieces.M4aAsync("External")).Length.ToString(System.Globalization.CultureInfo.InvariantCulture), items["Linked"].Attribute("length")!.Value);
        Assert.EndsWith($"/episodes/{counted}/{counted}.mp3", items["Counted"].Attribute("url")!.Value, StringComparison.Ordinal);
        using var redirected = await GetAsync(shared, podcast, counted, "AntennaPod/3.4");
        Assert.Equal((HttpStatusCode.Redirect, files.UrlOf("/a.m4a")), (redirected.StatusCode, redirected.Headers.Location!.ToString()));
        Assert.Equal([("AntennaPod", 1L)], await CountsAsync(shared, counted));
        Assert.Empty(await CountsAsync(shared, linked));
    }

    private static async Task<(SharedPlatform Shared, Guid Podcast, Guid Episode)> AddAsync(double seconds = 7)
    {
        var shared = await SharedPlatform.GetAsync();
        var podcast = await shared.Dj.AddPodcastAsync();
        var upload = await shared.Dj.AddUploadAsync(await Pieces.Mp3Async($"Enclosure {seconds}", seconds, kbps: 64));
        return (shared, podcast, await shared.Dj.AddEpisodeAsync(podcast, new { upload_id = upload }));
    }

    private static Uri Audio(Guid podcast, Guid episode) => new($"/v1/podcasts/{podcast}/episodes/{episode}/audio.mp3", UriKind.Relative);

    private static async Task ReadAsync(SharedPlatform shared, Guid podcast, Guid episode, string agent, long? from = null, long? to = null)
    {
        using var response = await GetAsync(shared, podcast, episode, agent, from, to);
        await response.Content.ReadAsByteArrayAsync();
    }

    private static async Task<HttpResponseMessage> GetAsync(SharedPlatform shared, Guid podcast, Guid episode, string agent, long? from = null, long? to = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Audio(podcast, episode));
        request.Headers.TryAddWithoutValidation("User-Agent", agent);
        if (from is not null || to is not null)
            request.Headers.Range = new RangeHeaderValue(from, to);
        return await shared.Platform.Client.SendAsync(request);
    }

    private static async Task<List<(string App, long Count)>> CountsAsync(SharedPlatform shared, Guid episode)
    {
        await using var connection = new NpgsqlConnection(shared.Platform.ConnectionString);
        return (await connection.QueryAsync<(string, long)>("select app, sum(downloads)::bigint from episode_downloads where episode_id = @episode group by app order by app", new { episode })).AsList();
    }
}
