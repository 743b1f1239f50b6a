using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AudioOrleans.Bench.Load;
using AudioOrleans.Bench.Measuring;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Podcasts;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Bench;

/// <summary>A feed and an enclosure through the gateway, beside nginx with the same files; and what a change of a large show takes.</summary>
internal sealed class Podcasts : IBenchmark
{
    private const int Rounds = 5;
    private const int Episodes = 300;
    private const int Changes = 20;
    private const int Chunk = 1_000_000;

    private static readonly Uri Import = new("/v1/podcasts/import", UriKind.Relative);

    public string Name => "podcasts";

    public string What => $"a feed of {Episodes} episodes, and 60 MB of audio in ranges of 1 MB, wrk -t2 -c64, {Rounds} alternating rounds of {Wrk.Seconds} s, medians";

    public async Task RunAsync(Table table)
    {
        using var folder = new TestFolder("nginx");
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        await using var nginx = await NginxServer.StartAsync(folder);
        var podcast = await ImportAsync(dj, Episodes);
        var feed = new Uri(platform.Url, $"/v1/podcasts/{podcast}/rss.xml");
        await CompareFeedAsync(table, folder, platform, nginx, feed);
        await CompareAudioAsync(table, folder, platform, nginx, dj, podcast);
        await MeasureChangesAsync(table, platform, dj, podcast, feed);
        table.AtMost("a feed of 1,000 episodes written", 20, Rebuild().TotalMilliseconds, "ms");
    }

    private static async Task CompareFeedAsync(Table table, TestFolder folder, PlatformProcess platform, NginxServer nginx, Uri feed)
    {
        var xml = await platform.Client.GetByteArrayAsync(feed);
        await File.WriteAllBytesAsync(Path.Combine(nginx.Root, "rss.xml"), xml);
        await using (var packed = File.Create(Path.Combine(nginx.Root, "rss.xml.gz")))
        await using (var gzip = new GZipStream(packed, CompressionLevel.Optimal))
            await gzip.WriteAsync(xml);
        using var first = await platform.Client.GetAsync(feed);
        var scripts = new Dictionary<string, string?>
        {
            ["whole"] = null,
            ["gzip"] = await ScriptAsync(folder, "gzip", "wrk.headers['Accept-Encoding'] = 'gzip'"),
            ["unchanged"] = await ScriptAsync(folder, "unchanged", "wrk.headers['If-None-Match'] = '*'"), // What apps that poll get nearly always.
        };
        foreach (var (form, script) in scripts)
        {
            List<Rate> ours = [], theirs = [];
            await Wrk.RunAsync(feed, script, [platform.ProcessId]); // Compiles the code on the way.
            for (var round = 0; round < Rounds; round++)
            {
                ours.Add(await Wrk.RunAsync(feed, script, [platform.ProcessId]));
                theirs.Add(await Wrk.RunAsync(new Uri(nginx.Url, form == "gzip" ? "/rss.xml.gz" : "/rss.xml"), script, nginx.Workers));
            }
            var length = form switch { "gzip" => new FileInfo(Path.Combine(nginx.Root, "rss.xml.gz")).Length, "unchanged" => 0, _ => xml.Length };
            table.Add($"feed, {form} ({length:N0} bytes): platform", Rate.Text(ours));
            table.Add($"feed, {form}: nginx", Rate.Text(theirs));
            table.AtLeast($"feed, {form}: platform / nginx", 0.8, ours.Zip(theirs, (one, other) => one.PerSecond / other.PerSecond).Median(), "");
        }
    }

    private static async Task CompareAudioAsync(Table table, TestFolder folder, PlatformProcess platform, NginxServer nginx, Dj dj, Guid podcast)
    {
        var file = await Tone.NoiseMp3Async(128, 3750);
        var episode = await dj.AddEpisodeAsync(podcast, new { title = "Long", upload_id = await dj.AddUploadAsync(file), publication_date = "2019-01-01T00:00:00Z" });
        var audio = new Uri(platform.Url, $"/v1/podcasts/{podcast}/episodes/{episode}/audio.mp3");
        File.Copy(file, Path.Combine(nginx.Root, "audio.mp3"));
        var script = await ScriptAsync(folder, "ranges", string.Create(CultureInfo.InvariantCulture, $$"""
            local at = 0
            request = function()
              at = (at + 7 * {{Chunk}}) % {{new FileInfo(file).Length - Chunk}}
              return wrk.format('GET', nil, { Range = 'bytes=' .. at .. '-' .. (at + {{Chunk}} - 1) })
            end
            """));
        List<Rate> ours = [], theirs = [];
        await Wrk.RunAsync(audio, script, [platform.ProcessId]);
        for (var round = 0; round < Rounds; round++)
        {
            ours.Add(await Wrk.RunAsync(audio, script, [platform.ProcessId]));
            theirs.Add(await Wrk.RunAsync(new Uri(nginx.Url, "/audio.mp3"), script, nginx.Workers));
        }
        table.Add("audio in ranges of 1 MB: platform", Rate.Text(ours));
        table.Add("audio in ranges of 1 MB: nginx", Rate.Text(theirs));
        table.AtLeast("audio in ranges: platform / nginx", 0.6, ours.Zip(theirs, (one, other) => one.PerSecond / other.PerSecond).Median(), "");
    }

    /// <summary>From the 201 of a new episode until the feed lists it.</summary>
    private static async Task MeasureChangesAsync(Table table, PlatformProcess platform, Dj dj, Guid podcast, Uri feed)
    {
        var upload = await dj.AddUploadAsync(await Tone.NoiseMp3Async(128, 30));
        List<double> waits = [];
        for (var i = 0; i < Changes; i++)
        {
            var title = $"Change {i}";
            await dj.AddEpisodeAsync(podcast, new { title, upload_id = upload });
            var created = TimeProvider.System.GetTimestamp();
            while (!(await platform.Client.GetStringAsync(feed)).Contains($"<title>{title}</title>", StringComparison.Ordinal))
            {
            }
            waits.Add(TimeProvider.System.GetElapsedTime(created).TotalMilliseconds);
        }
        table.AtMost("a new episode in the feed after its 201, longest", 1000, waits.Max(), "ms");
    }

    /// <summary>The median of writing a feed of 1,000 episodes.</summary>
    private static TimeSpan Rebuild()
    {
        var now = TimeProvider.System.GetUtcNow();
        var state = PodcastRules.Create(new CreatePodcast(Guid.NewGuid(), new PodcastFields { Title = "Bench" }, "https://example.org/rss.xml"), now.AddDays(-2000));
        state = EpisodeRules.Import(state, [.. Enumerable.Range(0, 1000).Select(i => new ImportedEpisode($"guid-{i}", FieldsOf(i), "audio/mpeg", 50_000_000))], now);
        var times = new List<TimeSpan>();
        for (var i = 0; i < 50; i++)
        {
            var start = TimeProvider.System.GetTimestamp();
            using var writer = new FeedWriter(Guid.NewGuid(), state, new FeedRequest("https://example.org", "https://example.org/rss.xml", 0, null), null);
            writer.Write(EpisodeRules.Published(state, now), null, now);
            times.Add(TimeProvider.System.GetElapsedTime(start));
        }
        return times.Skip(10).Order().ElementAt(20);
    }

    private static EpisodeFields FieldsOf(int i) => new()
    {
        Title = $"Episode {i}",
        Description = string.Concat(Enumerable.Repeat($"<p>Notes of episode {i} with <a href=\"https://example.org/{i}\">a link</a> &amp; more.</p>", 12)),
        MediaUrl = $"https://media.example.org/{i}.mp3",
        DurationSeconds = 3600,
        PublicationDate = TimeProvider.System.GetUtcNow().AddDays(-i - 1),
    };

    private static async Task<Guid> ImportAsync(Dj dj, int episodes)
    {
        await using var files = WebFiles.Start();
        var items = string.Concat(Enumerable.Range(0, episodes).Select(i =>
            $"<item><title>Episode {i}</title><guid>guid-{i}</guid><pubDate>{TimeProvider.System.GetUtcNow().AddDays(-i - 1):R}</pubDate><description>{new System.Xml.Linq.XText(FieldsOf(i).Description!)}</description><enclosure url=\"https://media.example.org/{i}.mp3\" length=\"50000000\" type=\"audio/mpeg\"/></item>"));
        files.Put("/feed.xml", Encoding.UTF8.GetBytes($"<rss version=\"2.0\"><channel><title>Bench</title>{items}</channel></rss>"), "application/rss+xml");
        using var response = await dj.Client.PostAsJsonAsync(Import, new { feed_url = files.UrlOf("/feed.xml") });
        var import = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        await Eventually.That(async () => (string)(await dj.GetAsync($"/v1/podcasts/import/{import["job_id"]}"))["status"]! == "done", TimeSpan.FromSeconds(60), "the feed is imported");
        return (Guid)import["podcast_id"]!;
    }

    private static async Task<string> ScriptAsync(TestFolder folder, string name, string lua)
    {
        await File.WriteAllTextAsync(folder[$"{name}.lua"], lua);
        return folder[$"{name}.lua"];
    }
}
