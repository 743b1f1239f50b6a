using System.Net;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Xunit.Abstractions;

namespace AudioOrleans.EndToEnd.Tests.Playlists;

/// <summary>Many listeners behind a shared cache.</summary>
[Collection("one platform after the other")]
public sealed class CdnTests(ITestOutputHelper output)
{
    private const int Listeners = 1000;
    private const int SegmentsEach = 4;

    private static readonly TimeSpan Built = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Arrival = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Counts the requests of nginx to the platform during playback. Manifests are counted separately: each one bypasses the cache because it
    /// is a play, and each listener requests it once.
    /// </summary>
    [Fact]
    public async Task A_thousand_listeners_of_playlists_reach_the_origin_less_than_ten_times_a_second()
    {
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        var upload = await dj.AddUploadAsync(await Pieces.Mp3Async("Long", seconds: 36));
        var other = await dj.AddUploadAsync(await Pieces.Mp3Async("Other", seconds: 12, sampleRate: 48000));
        var id = await dj.AddPlaylistAsync([upload.Track(), other.Track()]);
        await dj.UntilBuiltAsync(id, Built);
        await using var proxy = await CachingProxy.StartAsync(platform.Url);
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(proxy.Url, $"/v1/playlists/{id}/") };

        var bytes = await Task.WhenAll(Enumerable.Range(0, Listeners).Select(i => ListenAsync(client, i)));
        Assert.All(bytes, count => Assert.True(count > SegmentsEach * 50_000));

        var originRequests = (await proxy.OriginRequestsAsync()).Where(request => request.Path.Contains(id.ToString(), StringComparison.Ordinal)).ToList();
        var manifests = originRequests.Where(request => request.Path.EndsWith(".m3u8", StringComparison.Ordinal)).ToList();
        var segments = originRequests.Where(request => !request.Path.EndsWith(".m3u8", StringComparison.Ordinal)).ToList(); // Not Except, which would merge two requests in the same millisecond.
        var seconds = (Arrival + (SegmentsEach * Pace)).TotalSeconds;
        var busiest = segments.GroupBy(request => (long)request.At).Max(second => second.Count());
        output.WriteLine(FormattableString.Invariant(
            $"{Listeners} listeners, {Listeners * SegmentsEach} segments in about {seconds:0} s: {manifests.Count} manifests and {segments.Count} segments requested from the origin; {segments.Count / seconds:0.0} a second, at most {busiest} in one"));
        Assert.Equal(Listeners, manifests.Count);
        Assert.Equal(segments.Count, segments.Select(request => request.Path).Distinct().Count()); // Each segment once.
        Assert.True(busiest < 10, $"{busiest} requests in one second");
        await Eventually.That(async () => (long)(await dj.GetAsync($"/v1/playlists/{id}"))["plays"]! == Listeners, TimeSpan.FromSeconds(10), "every listener counts as a play");
    }

    [Fact]
    public async Task A_cache_does_not_serve_private_audio_to_others()
    {
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        var id = await dj.AddPlaylistAsync([(await dj.AddUploadAsync(await Pieces.Mp3Async("Hidden", seconds: 2))).Track()], "private");
        await dj.UntilBuiltAsync(id, Built);
        await using var proxy = await CachingProxy.StartAsync(platform.Url);
        using var owner = dj.At(proxy.Url);
        using var nobody = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = proxy.Url };
        var manifest = await owner.Client.GetStringAsync(new Uri($"/v1/playlists/{id}/stream.m3u8", UriKind.Relative));
        var segment = manifest.Split('\n').First(line => line.StartsWith("hls/", StringComparison.Ordinal));
        foreach (var file in new[] { "stream.m3u8", "stream.mp3", segment })
        {
            var path = new Uri($"/v1/playlists/{id}/{file}", UriKind.Relative);
            for (var i = 0; i < 2; i++)
            {
                using var heard = await owner.Client.GetAsync(path);
                Assert.Equal(HttpStatusCode.OK, heard.StatusCode);
                using var refused = await nobody.GetAsync(path);
                Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            }
        }
    }

    /// <summary>Joins at its own time, starts at its own position, and fetches segment after segment at playback speed.</summary>
    private static async Task<long> ListenAsync(HttpClient client, int listener)
    {
        await Task.Delay(Arrival * (listener / (double)Listeners), TimeProvider.System, CancellationToken.None);
        var manifest = await client.GetStringAsync(new Uri($"stream.m3u8?session=listener-{listener}", UriKind.Relative));
        var segments = manifest.Split('\n').Where(line => line.StartsWith("hls/", StringComparison.Ordinal)).ToList();
        var first = listener % (segments.Count - SegmentsEach);
        long bytes = 0;
        using var pace = new PeriodicTimer(Pace, TimeProvider.System);
        for (var i = first; i < first + SegmentsEach; i++)
        {
            bytes += (await client.GetByteArrayAsync(new Uri(segments[i], UriKind.Relative))).Length;
            await pace.WaitForNextTickAsync();
        }
        return bytes;
    }
}
