using System.Collections.Immutable;
using System.Text;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Feeds;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.EndToEnd.Tests.Podcasts;

/// <summary>A show from its first episode to a real podcast client.</summary>
public sealed class PodcastClientTests
{
    private const int Episodes = 5;

    [Fact]
    public async Task A_podcast_client_subscribes_and_downloads_every_episode()
    {
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        var podcast = await dj.AddPodcastAsync(new { title = "Late hours", author = "DJ Example", description = "A talk every Friday.", owner_email = "dj@example.org" });
        var files = new Dictionary<string, byte[]>();
        for (var i = 0; i < Episodes; i++)
        {
            var upload = await dj.AddUploadAsync(await Pieces.Mp3Async($"Evening {i}", seconds: 3 + i));
            var episode = await dj.AddEpisodeAsync(podcast, new { title = $"Evening {i}", upload_id = upload, episode_number = i + 1, publication_date = TimeProvider.System.GetUtcNow().AddDays(i - 10) });
            files[$"{episode}"] = await platform.Client.GetByteArrayAsync(new Uri($"/v1/podcasts/{podcast}/episodes/{episode}/audio.mp3", UriKind.Relative));
        }
        var feed = new Uri(platform.Url, $"/v1/podcasts/{podcast}/rss.xml");
        Assert.Empty(FeedValidator.Check(await platform.Client.GetByteArrayAsync(feed)));

        using var home = new TestFolder("podget");
        var settings = Directory.CreateDirectory(home["settings"]).FullName;
        var library = Directory.CreateDirectory(home["library"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(settings, "serverlist"), $"{feed} talk Late hours\n");
        var session = Directory.CreateDirectory(home["session"]).FullName;
        Task<ProcessResult> PodgetAsync(params string[] arguments) => ProcessRunner.RunAsync(
            new ProcessCommand("podget", ["-v", "-d", settings, .. arguments]) { Environment = ImmutableDictionary<string, string?>.Empty.Add("HOME", home.Path) },
            TimeSpan.FromMinutes(2), TimeProvider.System, Stream.Null, 4 * 1024 * 1024);
        await PodgetAsync("--create-config", "podgetrc"); // Without it the first run takes one file only.
        var result = await PodgetAsync("-l", library, "--dir_session", session);
        var downloaded = await Task.WhenAll(Directory.GetFiles(library, "*.mp3", SearchOption.AllDirectories).Select(file => File.ReadAllBytesAsync(file)));
        Assert.True(downloaded.Length == Episodes, $"podget has {downloaded.Length} files:\n{Encoding.UTF8.GetString(result.Output.Span)}");
        Assert.Equal(files.Values.Select(Convert.ToHexString).Order(), downloaded.Select(Convert.ToHexString).Order());
    }
}
