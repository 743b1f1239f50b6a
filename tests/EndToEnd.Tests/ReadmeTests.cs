using System.Collections.Immutable;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Microsoft.Playwright;

namespace AudioOrleans.EndToEnd.Tests;

public sealed class ReadmeTests
{
    [Fact]
    public async Task The_first_five_minutes_work_as_the_README_says()
    {
        await using var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/live", await Tone.Mp3Async());
        await using var platform = await PlatformProcess.StartAsync();
        var command = new ProcessCommand("bash", "-euo", "pipefail", "-c", await LinesAsync(0))
        {
            Environment = ImmutableDictionary<string, string?>.Empty.Add("API", $"{platform.Url}v1").Add("SOURCE", icecast.Url.ToString()),
        };
        var run = await ProcessRunner.RunAsync(command, TimeSpan.FromMinutes(1), TimeProvider.System);
        var output = Encoding.UTF8.GetString(run.Output.Span);
        Assert.Contains("\"role\":\"dj\"", output, StringComparison.Ordinal);
        Assert.Contains("\"current_track\"", output, StringComparison.Ordinal);
        Assert.Equal(3, output.Split("#EXTINF").Length - 1);
        Assert.Contains("\"kind\":\"live\"", output, StringComparison.Ordinal);
        Assert.Contains("\"updated_fields\":[\"visibility\"]", output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"error\"", output, StringComparison.Ordinal);
        var audio = output.Split('\n').Single(line => line.Contains("live.mp3?token=", StringComparison.Ordinal));
        // The URL for the player still works after the session has ended, because the token belongs to the key.
        using var heard = await platform.Client.GetAsync(new Uri(audio.Trim(), UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("audio/mpeg", heard.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Files_and_playlists_work_as_the_README_says_and_play_in_a_browser_and_in_ffmpeg()
    {
        await using var web = WebFiles.Start();
        web.Put("/intro.mp3", await File.ReadAllBytesAsync(await Pieces.Mp3Async("Elsewhere", 8, sampleRate: 22050, channels: 1)));
        await using var platform = await PlatformProcess.StartAsync();
        using (var registered = await platform.Client.PostAsJsonAsync("/v1/auth/register", new { email = "dj@example.org", password = "correct horse 1!" }))
            registered.EnsureSuccessStatusCode();
        var command = new ProcessCommand("bash", "-euo", "pipefail", "-c", await LinesAsync(1))
        {
            Environment = ImmutableDictionary<string, string?>.Empty
                .Add("API", $"{platform.Url}v1").Add("FILE", await Pieces.FlacAsync("Night", 12)).Add("OUTSIDE", web.UrlOf("/intro.mp3")),
        };
        var output = (await ProcessRunner.RunAsync(command, TimeSpan.FromMinutes(1), TimeProvider.System)).Text;
        Assert.DoesNotContain("\"error\":\"", output, StringComparison.Ordinal);
        Assert.Contains("\"status\":\"ready\",\"progress\":100", output, StringComparison.Ordinal);
        Assert.Equal(2, output.Split("#EXT-X-DISCONTINUITY\n").Length);

        var path = (await platform.Client.GetFromJsonAsync<JsonObject>("/v1/playlists"))!["items"]![0]!["stream_urls"]!["hls"]!.ToString();
        var heard = await ProcessRunner.RunAsync(
            new ProcessCommand("ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-i", new Uri(platform.Url, path).ToString(), "-f", "s16le", "-ar", "8000", "-ac", "1", "pipe:1"),
            TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.InRange(heard.Output.Length / 2 / 8000.0, 19.5, 20.5);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--no-proxy-server", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required"],
        });
        var page = await browser.NewPageAsync();
        await page.GotoAsync(platform.Url.ToString());
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Late hours" }).ClickAsync();
        await Assertions.Expect(page.Locator("#title")).ToHaveTextAsync("Somebody - Intro");
        await page.EvaluateAsync("() => { document.getElementById('audio').playbackRate = 4; }");
        await Assertions.Expect(page.Locator("#facts")).ToHaveTextAsync("2 of 2", new LocatorAssertionsToHaveTextOptions { Timeout = 20_000 });
        await page.WaitForFunctionAsync("() => document.getElementById('audio').currentTime > 10");
    }

    private static async Task<string> LinesAsync(int block)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "README.md")))
            folder = folder.Parent!;
        var text = await File.ReadAllTextAsync(Path.Combine(folder.FullName, "README.md"));
        return text.Split("```bash\n")[1 + block].Split("```")[0];
    }
}
