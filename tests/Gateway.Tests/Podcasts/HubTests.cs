using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Podcasts;

/// <summary>The WebSub hub that is notified of changes, also of those that only the time makes.</summary>
[Trait("Speed", "slow")]
public sealed class HubTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_hub_hears_of_changes_and_of_scheduled_episodes_even_after_a_crash()
    {
        await using var hub = WebFiles.Start();
        hub.Put("/hub", [], "text/plain");
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Podcasts__Hub"] = hub.UrlOf("/hub"), ["PublicUrl"] = "https://radio.example.org" });
        using var dj = await Dj.RegisterAsync(platform);
        var id = await dj.AddPodcastAsync();
        Assert.Contains($"<atom:link rel=\"hub\" href=\"{hub.UrlOf("/hub")}\"", await platform.Client.GetStringAsync(new Uri($"/v1/podcasts/{id}/rss.xml", UriKind.Relative)), StringComparison.Ordinal);
        var upload = await dj.AddUploadAsync(await Pieces.Mp3Async("Hub"));
        await dj.AddEpisodeAsync(id, new { title = "Now", upload_id = upload });
        await Eventually.That(() => hub.RequestsFor("/hub").Count >= 1, Soon, "the hub hears of the episode");
        Assert.StartsWith("POST ", hub.RequestsFor("/hub")[0], StringComparison.Ordinal);

        var due = TimeProvider.System.GetUtcNow().AddSeconds(12);
        await dj.AddEpisodeAsync(id, new { title = "Later", upload_id = upload, publication_date = due });
        await Eventually.That(() => hub.RequestsFor("/hub").Count >= 2, Soon, "the hub hears of the change");
        await platform.KillAsync();
        await platform.StartAsync();
        var before = hub.RequestsFor("/hub").Count;
        await Eventually.That(() => hub.RequestsFor("/hub").Count > before, Soon + (due - TimeProvider.System.GetUtcNow()), "the hub hears of the scheduled episode");
        Assert.True(TimeProvider.System.GetUtcNow() >= due, "The hub was notified before the episode was due.");
        Assert.Contains("<title>Later</title>", await platform.Client.GetStringAsync(new Uri($"/v1/podcasts/{id}/rss.xml", UriKind.Relative)), StringComparison.Ordinal);
    }
}
