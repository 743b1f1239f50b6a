using System.Collections.Concurrent;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Microsoft.Playwright;

namespace AudioOrleans.EndToEnd.Tests.Playlists;

/// <summary>A playlist of different files in a real browser, across all boundaries of its tracks.</summary>
[Collection("one platform after the other")]
public sealed class PlayerTests
{
    private const int Tracks = 5;
    private const double Piece = 6;

    private const string Html = """<!DOCTYPE html><title>Player</title><audio id="audio"></audio><script src="/lib/hls.light.min.js"></script>""";

    /// <summary>Plays at four times the normal speed, and records positions and errors.</summary>
    private const string Watch = """
        () => {
          window.audio = document.getElementById('audio'); window.errors = []; window.places = [];
          audio.addEventListener('timeupdate', () => places.push(audio.currentTime));
          audio.addEventListener('error', () => errors.push('media: ' + audio.error.message));
          audio.addEventListener('loadedmetadata', () => { audio.playbackRate = 4; });
        }
        """;

    private static readonly TimeSpan Played = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Chromium_plays_a_playlist_as_HLS_and_as_one_MP3()
    {
        await using var web = WebFiles.Start();
        web.Put("/outside.mp3", await File.ReadAllBytesAsync(await Pieces.Mp3Async("Outside", Piece)));
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        string[] files = [await Pieces.Mp3Async("Usual", Piece), await Pieces.Mp3Async("Mono", Piece, kbps: 48, sampleRate: 22050, channels: 1), await Pieces.FlacAsync("Flac", Piece), await Pieces.M4aAsync("Apple", Piece)];
        var uploads = await Task.WhenAll(files.Select(dj.AddUploadAsync));
        var id = await dj.AddPlaylistAsync([.. uploads.Select(upload => upload.Track()), web.UrlOf("/outside.mp3").Track()]);
        await dj.UntilBuiltAsync(id, Played);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--no-proxy-server", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required"],
        });
        await PlayHlsAsync(await OpenAsync(browser, platform), id);
        await PlayMp3Async(await OpenAsync(browser, platform), id);
    }

    private static async Task PlayHlsAsync(IPage page, Guid id)
    {
        await page.EvaluateAsync(
            """
            url => {
              const hls = new Hls();
              hls.on(Hls.Events.ERROR, (_, error) => { if (error.fatal) errors.push(error.details); });
              hls.loadSource(url); hls.attachMedia(audio); audio.play();
            }
            """, $"/v1/playlists/{id}/stream.m3u8");
        await EndsAsync(page);
        var places = await page.EvaluateAsync<double[]>("() => places");
        for (var track = 0; track < Tracks; track++)
            Assert.Contains(places, place => place > track * Piece && place < (track + 1) * Piece);
        Assert.InRange(places[^1], (Tracks * Piece) - 0.3, (Tracks * Piece) + 0.8);
        await page.CloseAsync();
    }

    private static async Task PlayMp3Async(IPage page, Guid id)
    {
        var ranges = new ConcurrentQueue<string>();
        page.Request += async (_, request) =>
        {
            if (request.Url.EndsWith("stream.mp3", StringComparison.Ordinal) && await request.HeaderValueAsync("range") is { } range)
                ranges.Enqueue(range);
        };
        await page.EvaluateAsync("url => { audio.preload = 'metadata'; audio.src = url; audio.play(); }", $"/v1/playlists/{id}/stream.mp3");
        await Eventually.That(async () => await PlaceAsync(page) > Piece + 1, Played, "playback is past the first boundary");
        await page.EvaluateAsync("() => { audio.currentTime = 20; }");
        await Eventually.That(async () => await PlaceAsync(page) is > 20.5 and < 29, Played, "playback continues from there");
        await EndsAsync(page);
        Assert.Contains(ranges, range => range.StartsWith("bytes=", StringComparison.Ordinal));
        await page.CloseAsync();
    }

    private static async Task<IPage> OpenAsync(IBrowser browser, PlatformProcess platform)
    {
        var page = await browser.NewPageAsync();
        await page.RouteAsync("**/player.html", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html", Body = Html }));
        await page.GotoAsync(new Uri(platform.Url, "/player.html").ToString());
        await page.EvaluateAsync(Watch);
        return page;
    }

    private static async Task EndsAsync(IPage page)
    {
        await Eventually.That(() => page.EvaluateAsync<bool>("() => audio.ended || errors.length > 0"), Played, $"playback ends; it is at {await PlaceAsync(page)} s");
        Assert.Empty(await page.EvaluateAsync<string[]>("() => errors"));
    }

    private static Task<double> PlaceAsync(IPage page) => page.EvaluateAsync<double>("() => audio.currentTime");
}
