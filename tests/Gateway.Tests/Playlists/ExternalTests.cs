using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Playlists;

/// <summary>External tracks and servers that behave badly.</summary>
public sealed class ExternalTests
{
    private const string Audio = "HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nConnection: close\r\n\r\n";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(40);

    [Fact]
    public async Task A_file_that_two_playlists_use_is_fetched_once()
    {
        var mixed = await MixedPlaylist.GetAsync();
        await using var web = WebFiles.Start();
        web.Put("/shared.mp3", await File.ReadAllBytesAsync(await Pieces.Mp3Async("Shared", seconds: 3)), etag: "\"one\"");
        var track = web.UrlOf("/shared.mp3").Track();
        var dj = mixed.Shared.Dj;
        using var other = await Dj.RegisterAsync(mixed.Shared.Platform);
        var ids = await Task.WhenAll(dj.AddPlaylistAsync([track, track]), other.AddPlaylistAsync([track]));
        await dj.UntilBuiltAsync(ids[0], Deadline);
        await other.UntilBuiltAsync(ids[1], Deadline);
        // Each playlist checked the file, and it was fetched once.
        Assert.Equal(3, web.RequestsFor("/shared.mp3").Count);
        var first = (await dj.TracksAsync(ids[0]))[0];
        Assert.Equal(("ready", "Shared", "Somebody"), ((string)first["status"]!, (string)first["title"]!, (string)first["artist"]!));
        Assert.InRange((double)first["duration_seconds"]!, 2.9, 3.2);
    }

    [Fact]
    public async Task Files_that_are_not_audio_are_left_out_and_the_rest_plays()
    {
        var mixed = await MixedPlaylist.GetAsync();
        await using var web = WebFiles.Start();
        web.Script("/turned.mp3", connection => connection.SendAsync(web.RequestsFor("/turned.mp3").Count == 1
            ? Audio : "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>"));
        web.Put("/page.mp3", "<!DOCTYPE html><html><body>Buy!</body></html>"u8.ToArray()); // Served as audio.
        web.Put("/noise.mp3", [.. Enumerable.Repeat((byte)0x55, 100_000)]);
        web.Put("/short.mp3", (await File.ReadAllBytesAsync(await Pieces.Mp3Async("Cut", seconds: 1)))[..100]);
        var id = await mixed.Shared.Dj.AddPlaylistAsync(
            [mixed.Uploads[0].Track(), web.UrlOf("/turned.mp3").Track(), web.UrlOf("/page.mp3").Track(), web.UrlOf("/noise.mp3").Track(), web.UrlOf("/short.mp3").Track()]);
        await mixed.Shared.Dj.UntilBuiltAsync(id, Deadline);
        var tracks = await mixed.Shared.Dj.TracksAsync(id);
        Assert.Equal(["ready", "failed", "failed", "failed", "failed"], tracks.Select(track => (string)track["status"]!));
        Assert.All(tracks.Skip(1), track => Assert.EndsWith(".", (string)track["error"]!, StringComparison.Ordinal));
        Assert.InRange(await Playing.PlayAsync(new Uri(mixed.Shared.Platform.Url, $"/v1/playlists/{id}/stream.m3u8").ToString()), 6.9, 7.2);
    }

    [Fact]
    public async Task Files_of_all_formats_are_converted_whatever_their_name_content_type_or_number_of_redirects()
    {
        var mixed = await MixedPlaylist.GetAsync();
        await using var web = WebFiles.Start();
        web.Put("/one", await File.ReadAllBytesAsync(await Pieces.FlacAsync("Flac", seconds: 2)), "application/octet-stream");
        web.Put("/two", await File.ReadAllBytesAsync(await Pieces.M4aAsync("Apple", 2)), "audio/mp4;");
        web.Put("/three", await File.ReadAllBytesAsync(await AudioFiles.ToneAsync("opus", 2)), "audio/ogg; codecs=opus");
        web.Put("/four", await File.ReadAllBytesAsync(await Pieces.Mp3Async("Usual", seconds: 2)), "audio/x-mpeg");
        for (var hop = 0; hop < 10; hop++)
            web.Redirect($"/hop{hop}", hop == 9 ? "/four" : $"/hop{hop + 1}");
        web.Redirect("/far", "/hop0");
        var id = await mixed.Shared.Dj.AddPlaylistAsync([web.UrlOf("/one").Track(), web.UrlOf("/two").Track(), web.UrlOf("/three").Track(), web.UrlOf("/hop0").Track()]);
        await mixed.Shared.Dj.UntilBuiltAsync(id, Deadline);
        Assert.All(await mixed.Shared.Dj.TracksAsync(id), track => Assert.Equal("ready", (string)track["status"]!));
        Assert.InRange(await Playing.PlayAsync(new Uri(mixed.Shared.Platform.Url, $"/v1/playlists/{id}/stream.m3u8").ToString()), 7.8, 8.5);
        using var refused = await mixed.Shared.Dj.Client.PostAsJsonAsync("/v1/playlists", new { title = "Too far", tracks = new[] { web.UrlOf("/far").Track() } });
        Assert.Equal("redirect_loop", (string)(await refused.ProblemAsync(HttpStatusCode.UnprocessableEntity))["reason"]!);
    }

    [Fact]
    public async Task A_download_that_never_ends_is_aborted_at_the_maximum_size()
    {
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Uploads__MaxBytes"] = "1048576" });
        using var dj = await Dj.RegisterAsync(platform);
        await using var web = WebFiles.Start();
        var piece = await File.ReadAllBytesAsync(await Pieces.Mp3Async("Endless", seconds: 5));
        web.Script("/endless.mp3", async connection =>
        {
            await connection.SendAsync(Audio);
            while (true)
                await connection.SendAsync(piece);
        });
        web.Put("/good.mp3", piece);
        var id = await dj.AddPlaylistAsync([web.UrlOf("/endless.mp3").Track(), web.UrlOf("/good.mp3").Track()]);
        await dj.UntilBuiltAsync(id, Deadline);
        var tracks = await dj.TracksAsync(id);
        Assert.Equal(["failed", "ready"], tracks.Select(track => (string)track["status"]!));
        Assert.Contains("1048576", (string)tracks[0]["error"]!, StringComparison.Ordinal);
        // The received part is not kept.
        var objects = Path.Combine(platform.DataFolder, "objects", "external");
        await Eventually.That(() => Directory.EnumerateFiles(objects, "original.mp3", SearchOption.AllDirectories).Count() == 1, Deadline, "one file is kept");
    }

    [Fact]
    public async Task A_slow_server_delays_only_its_own_playlist_and_listeners_get_a_Retry_After()
    {
        var mixed = await MixedPlaylist.GetAsync();
        await using var web = WebFiles.Start();
        var piece = await File.ReadAllBytesAsync(await Pieces.Mp3Async("Slow", seconds: 3));
        var open = new TaskCompletionSource();
        for (var i = 0; i < 6; i++)
        {
            web.Script($"/slow{i}.mp3", async connection =>
            {
                await connection.SendAsync(Audio);
                await connection.SendAsync(piece.AsMemory(0, 5000));
                await open.Task.WaitAsync(connection.Ending);
                await connection.SendAsync(piece.AsMemory(5000));
            });
        }
        var slow = await mixed.Shared.Dj.AddPlaylistAsync([mixed.Uploads[0].Track(), .. Enumerable.Range(0, 6).Select(i => web.UrlOf($"/slow{i}.mp3").Track())]);
        var quick = await mixed.Shared.Dj.AddPlaylistAsync([mixed.Uploads[1].Track(), mixed.Uploads[0].Track()]);
        var waiting = mixed.Shared.Platform.Client.GetAsync(new Uri($"/v1/playlists/{slow}/stream.m3u8", UriKind.Relative));
        await mixed.Shared.Dj.UntilBuiltAsync(quick, Deadline);
        Assert.Equal("pending", (string)(await mixed.Shared.Dj.TracksAsync(slow))[1]["status"]!);
        using (var refused = await waiting)
        {
            await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable);
            Assert.NotNull(refused.Headers.RetryAfter);
            Assert.True(refused.Headers.CacheControl!.NoStore);
        }
        open.SetResult();
        await mixed.Shared.Dj.UntilBuiltAsync(slow, Deadline);
        using var later = await mixed.Shared.Platform.Client.GetAsync(new Uri($"/v1/playlists/{slow}/stream.m3u8", UriKind.Relative));
        Assert.Equal(6, VodManifest.Read(await later.Content.ReadAsStringAsync()).Discontinuities);
    }
}
