using System.Collections.Immutable;
using System.Text;
using System.Xml.Linq;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Domains;
using AudioOrleans.Testing.Feeds;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.EndToEnd.Tests.Podcasts;

/// <summary>A show from its first episode to a real podcast client.</summary>
public sealed class PodcastClientTests
{
    private const int Episodes = 5;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_podcast_client_subscribes_and_downloads_every_episode()
    {
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        var podcast = await dj.AddPodcastAsync(Show());
        var uploaded = await AddEpisodesAsync(dj, podcast);
        var feed = new Uri(platform.Url, $"/v1/podcasts/{podcast}/rss.xml");
        Assert.Empty(FeedValidator.Check(await platform.Client.GetByteArrayAsync(feed)));
        RequireAll(uploaded, await Podget.DownloadAsync(feed));
    }

    [Fact, Trait("Speed", "slow")]
    public async Task A_show_is_published_on_its_own_domain_and_a_podcast_client_downloads_every_episode_from_there_by_https()
    {
        await using var platform = new DomainPlatform();
        await platform.StartAsync();
        var host = DomainPlatform.NewHost();
        var show = await platform.Dj.CreatePodcastAsync(Show(host));
        var podcast = (Guid)show["podcast_id"]!;
        var uploaded = await AddEpisodesAsync(platform.Dj, podcast);
        Assert.Empty(FeedValidator.Check(await platform.Platform.Client.GetByteArrayAsync(new Uri($"/v1/podcasts/{podcast}/rss.xml", UriKind.Relative))));

        // The records in DNS, then the certificate.
        var domain = await platform.SetUpAsync(show);
        Assert.Equal("verified", (string)domain["verification_status"]!);
        await Eventually.That(() => platform.ConnectsAsync(host), Soon, "the gateway has the certificate");

        // The feed, as a client that trusts the authority only gets it.
        using var folder = new TestFolder("domain");
        Assert.StartsWith("HTTP/2 200", await platform.CurlAsync(host, "/rss.xml", "-o", folder["rss.xml"], "-D", "-"), StringComparison.Ordinal);
        var feed = await File.ReadAllBytesAsync(folder["rss.xml"]);
        feed = feed[feed.AsSpan().IndexOf("<?xml"u8)..]; // curl writes the headers in front.
        Assert.Empty(FeedValidator.Check(feed));
        var enclosures = XDocument.Parse(Encoding.UTF8.GetString(feed)).Descendants("enclosure").Select(enclosure => new Uri(enclosure.Attribute("url")!.Value)).ToList();
        Assert.Equal(Episodes, enclosures.Count);
        Assert.All(enclosures, enclosure => Assert.Equal(("https", host, 443), (enclosure.Scheme, enclosure.Host, enclosure.Port)));

        // wget has no option that leads a host elsewhere, so it connects through a proxy.
        await using var proxy = WebProxy(host, platform.HttpsPort);
        await File.WriteAllTextAsync(folder["wgetrc"], $"ca_certificate = {platform.Authority.IssuedRoot}\n");
        var environment = ImmutableDictionary<string, string?>.Empty.Add("https_proxy", proxy.Url.ToString()).Add("no_proxy", "");
        RequireAll(uploaded, await Podget.DownloadAsync(new Uri($"https://{host}/rss.xml"), environment.Add("WGETRC", folder["wgetrc"])));
        Assert.True(proxy.Connections > Episodes, $"The proxy had {proxy.Connections} connections.");
        // A client that does not trust the authority gets nothing.
        var (none, log) = await Podget.DownloadAsync(new Uri($"https://{host}/rss.xml"), environment);
        Assert.True(none.Count == 0, log);
    }

    private static object Show(string? host = null) => new { title = "Late hours", author = "DJ Example", description = "A talk every Friday.", owner_email = "dj@example.org", custom_domain = host };

    /// <summary>Adds episodes; returns the files that were uploaded.</summary>
    private static async Task<IReadOnlyList<byte[]>> AddEpisodesAsync(Dj dj, Guid podcast)
    {
        var files = new List<byte[]>();
        for (var i = 0; i < Episodes; i++)
        {
            var file = await AudioFiles.ToneAsync("mp3", 3 + i); // Without a tag at its end, which listeners do not get.
            var upload = await dj.AddUploadAsync(file);
            await dj.AddEpisodeAsync(podcast, new { title = $"Evening {i}", upload_id = upload, episode_number = i + 1, publication_date = TimeProvider.System.GetUtcNow().AddDays(i - 10) });
            files.Add(await File.ReadAllBytesAsync(file));
        }
        return files;
    }

    /// <summary>A proxy that connects to one host only.</summary>
    private static ScriptedSource WebProxy(string host, int port) => ScriptedSource.Start(connection =>
        connection.Request.StartsWith($"CONNECT {host}:443 ", StringComparison.Ordinal) ? connection.TunnelToAsync(port) : connection.SendAsync("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"));

    private static void RequireAll(IReadOnlyList<byte[]> uploaded, (IReadOnlyList<byte[]> Files, string Log) downloaded)
    {
        Assert.True(downloaded.Files.Count == Episodes, $"podget has {downloaded.Files.Count} files:\n{downloaded.Log}");
        Assert.Equal(uploaded.Select(Convert.ToHexString).Order(), downloaded.Files.Select(Convert.ToHexString).Order());
    }
}
