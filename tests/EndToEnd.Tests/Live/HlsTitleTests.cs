using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Microsoft.Playwright;

namespace AudioOrleans.EndToEnd.Tests.Live;

/// <summary>Titles of a live stream in a real browser, read from its HLS segments.</summary>
[Collection("one platform after the other")]
public sealed class HlsTitleTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Hls_js_gets_the_titles_where_they_change()
    {
        await using var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/live", await Tone.Mp3Async());
        await icecast.SetTitleAsync("/live", "Artist - Ünï");
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        var id = await dj.AddStreamAsync(icecast.Url, "/live");
        await Eventually.That(async () => (string?)(await dj.StatusAsync(id))["current_track"] == "Artist - Ünï", Deadline, "the title is current");

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--no-proxy-server", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required"],
        });
        var page = await browser.NewPageAsync();
        const string html = """<!DOCTYPE html><title>Player</title><audio id="audio"></audio><script src="/lib/hls.light.min.js"></script>""";
        await page.RouteAsync("**/player.html", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html", Body = html }));
        await page.GotoAsync(new Uri(platform.Url, "/player.html").ToString());
        await page.EvaluateAsync(
            """
            url => {
              window.titles = []; window.errors = [];
              const hls = new Hls();
              hls.on(Hls.Events.ERROR, (_, error) => { if (error.fatal) errors.push(error.details); });
              // The title follows ten bytes of tag header, ten of frame header and one for the encoding.
              hls.on(Hls.Events.FRAG_PARSING_METADATA, (_, found) => found.samples.forEach(sample => titles.push(new TextDecoder().decode(sample.data.slice(21)))));
              hls.loadSource(url); hls.attachMedia(audio); audio.play();
            }
            """, $"/v1/streams/{id}/live.m3u8");
        await TitleAsync(page, "Artist - Ünï");
        await icecast.SetTitleAsync("/live", "Next");
        await TitleAsync(page, "Next");
        Assert.Equal("Next", (await page.EvaluateAsync<string[]>("() => titles"))[^1]);
        Assert.Empty(await page.EvaluateAsync<string[]>("() => errors"));
        Assert.True(await page.EvaluateAsync<double>("() => audio.currentTime") > 1, "it plays");
    }

    private static Task TitleAsync(IPage page, string title) =>
        Eventually.That(() => page.EvaluateAsync<bool>("title => titles.includes(title)", title), Deadline, $"{title} arrives");
}
