using System.Globalization;
using System.Runtime.InteropServices;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Microsoft.Playwright;

namespace AudioOrleans.EndToEnd.Tests.Playlists;

/// <summary>Seeking in a long programme reaches the right position: in a real browser, with ffmpeg, and with <c>?t=</c>.</summary>
[Collection("one platform after the other")]
public sealed class SeekTests
{
    private const int Tracks = 8;
    private const int Minutes = 16;
    private const int VariableSeconds = 300;
    private const double Near = 1;

    private static readonly TimeSpan Prepared = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task Seeking_is_accurate_to_a_second_in_two_hours_of_constant_and_in_five_minutes_of_variable_bit_rate()
    {
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        var uploads = new List<object>();
        for (var track = 0; track < Tracks; track++)
            uploads.Add((await dj.AddUploadAsync(await ToneAsync(track))).Track());
        var constant = await dj.AddPlaylistAsync(uploads);
        var variable = await dj.AddPlaylistAsync([(await dj.AddUploadAsync(await VariableAsync())).Track()]);
        await dj.UntilBuiltAsync(constant, Prepared);
        await dj.UntilBuiltAsync(variable, Prepared);
        // The tones are joined: joined tracks have a constant bit rate, too.
        await Eventually.That(
            async () => !(await dj.Client.GetStringAsync(new Uri($"/v1/playlists/{constant}/stream.m3u8", UriKind.Relative))).Contains("DISCONTINUITY", StringComparison.Ordinal), Prepared, "all tracks are joined");
        await dj.UntilBuiltAsync(constant, Prepared);

        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--no-proxy-server", "--disable-background-networking", "--autoplay-policy=no-user-gesture-required"],
        });
        foreach (var border in new[] { 1, 3, 7 })
        {
            foreach (var (place, track) in new[] { ((border * Minutes * 60) - Near - 0.6, border - 1), ((border * Minutes * 60) + Near, border) })
            {
                Assert.InRange(await HearInChromiumAsync(browser, platform, Path(constant), place), FrequencyOf(track) * 0.97, FrequencyOf(track) * 1.03);
                Assert.InRange(await HearByFfmpegAsync(platform, Path(constant), place), FrequencyOf(track) * 0.97, FrequencyOf(track) * 1.03);
                Assert.InRange(await HearByFfmpegAsync(platform, FormattableString.Invariant($"{Path(constant)}?t={place}"), 0), FrequencyOf(track) * 0.97, FrequencyOf(track) * 1.03);
            }
        }
        // One half is a low tone, which takes few bytes, and the other is a high tone in noise, which takes many.
        foreach (var (place, frequency) in new[] { ((VariableSeconds / 2) - Near - 0.6, 300), ((VariableSeconds / 2) + Near, 3000) })
        {
            Assert.InRange(await HearInChromiumAsync(browser, platform, Path(variable), place), frequency * 0.97, frequency * 1.03);
            Assert.InRange(await HearByFfmpegAsync(platform, Path(variable), place), frequency * 0.8, frequency * 1.2);
            Assert.InRange(await HearByFfmpegAsync(platform, FormattableString.Invariant($"{Path(variable)}?t={place}"), 0), frequency * 0.8, frequency * 1.2);
        }
    }

    private static string Path(Guid id) => $"/v1/playlists/{id}/stream.mp3";

    private static int FrequencyOf(int track) => 400 + (200 * track);

    private static Task<string> ToneAsync(int track) => AudioFiles.MakeAsync(
        $"seek-{track}.mp3", "-f", "lavfi", "-i", $"sine=frequency={FrequencyOf(track)}:sample_rate=22050:duration={Minutes * 60}", "-ac", "1", "-c:a", "libmp3lame", "-b:a", "32k");

    private static Task<string> VariableAsync() => AudioFiles.MakeAsync(
        "seek-variable.mp3", "-f", "lavfi", "-i",
        $"sine=frequency=300:sample_rate=44100:duration={VariableSeconds / 2}[low];sine=frequency=3000:sample_rate=44100:duration={VariableSeconds / 2}[high];"
        + $"anoisesrc=sample_rate=44100:duration={VariableSeconds / 2}:amplitude=0.02[noise];[high][noise]amix[loud];[low][loud]concat=v=0:a=1",
        "-ac", "2", "-c:a", "libmp3lame", "-q:a", "2");

    /// <summary>The strongest frequency that the browser plays half a second after a position, in Hz.</summary>
    private static async Task<double> HearInChromiumAsync(IBrowser browser, PlatformProcess platform, string path, double place)
    {
        var page = await browser.NewPageAsync();
        await page.RouteAsync("**/player.html", route => route.FulfillAsync(new RouteFulfillOptions { ContentType = "text/html", Body = "<!DOCTYPE html><title>Player</title>" }));
        await page.GotoAsync(new Uri(platform.Url, "/player.html").ToString());
        var heard = await page.EvaluateAsync<double>(
            """
            async ([url, place]) => {
              const audio = new Audio(); audio.src = url; audio.preload = 'auto';
              const context = new AudioContext(); await context.resume();
              const analyser = context.createAnalyser(); analyser.fftSize = 8192; analyser.smoothingTimeConstant = 0;
              context.createMediaElementSource(audio).connect(analyser); analyser.connect(context.destination);
              await new Promise((resolve, reject) => { audio.onloadedmetadata = resolve; audio.onerror = () => reject(audio.error.message); });
              audio.currentTime = place;
              await new Promise(resolve => audio.onseeked = resolve);
              await audio.play();
              await new Promise(resolve => { const watch = () => audio.currentTime > place + 0.5 ? resolve() : requestAnimationFrame(watch); watch(); });
              const spectrum = new Float32Array(analyser.frequencyBinCount); analyser.getFloatFrequencyData(spectrum);
              return spectrum.indexOf(Math.max(...spectrum)) * context.sampleRate / analyser.fftSize;
            }
            """, new object[] { path, place });
        await page.CloseAsync();
        return heard;
    }

    /// <summary>The frequency of the tone that ffmpeg plays in the second after a position, in Hz, from its zero crossings.</summary>
    private static async Task<double> HearByFfmpegAsync(PlatformProcess platform, string path, double place)
    {
        var played = await ProcessRunner.RunAsync(
            new ProcessCommand(
                "ffmpeg", "-hide_banner", "-loglevel", "error", "-nostdin", "-ss", place.ToString(CultureInfo.InvariantCulture), "-i", new Uri(platform.Url, path).ToString(),
                "-t", "0.8", "-ac", "1", "-ar", "22050", "-f", "s16le", "-c:a", "pcm_s16le", "pipe:1"),
            TimeSpan.FromSeconds(30), TimeProvider.System, maximalOutput: 1024 * 1024);
        // The first frames are silent because they need bits of earlier frames.
        var samples = MemoryMarshal.Cast<byte, short>(played.Output.Span)[(22050 / 5)..].ToArray();
        var crossings = samples.Zip(samples.Skip(1)).Count(pair => pair.First < 0 && pair.Second >= 0);
        return crossings * 22050.0 / samples.Length;
    }
}
