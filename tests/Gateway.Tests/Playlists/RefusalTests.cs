using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Playlists;

/// <summary>Tracks that are well-formed but cannot be used.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task An_upload_that_is_missing_not_ready_or_of_another_account_is_refused()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var good = mixed.Uploads[0].Track();
        await RefusedAsync(mixed.Shared.Dj, 1, "upload_not_ready", good, Guid.NewGuid().Track());
        using var other = await Dj.RegisterAsync(mixed.Shared.Platform);
        await RefusedAsync(other, 0, "upload_not_ready", good);
        // Long enough that it is still being prepared when the playlist is created.
        var young = await mixed.Shared.Dj.SendUploadAsync(await Pieces.FlacAsync("Young", seconds: 300));
        var refused = await RefusedAsync(mixed.Shared.Dj, 2, "upload_not_ready", good, good, young.Track());
        Assert.Contains("still being prepared", (string)refused["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_without_audio_is_refused()
    {
        var mixed = await MixedPlaylist.GetAsync();
        await using var web = WebFiles.Start();
        web.Put("/good.mp3", await File.ReadAllBytesAsync(await Pieces.Mp3Async("Good", seconds: 2)));
        web.Put("/page.mp3", "<html>"u8.ToArray(), "text/html; charset=utf-8");
        web.Redirect("/moved.mp3", "/good.mp3");
        web.Redirect("/round.mp3", "/round.mp3");
        web.Redirect("/local.mp3", "file:///etc/passwd");
        var good = web.UrlOf("/good.mp3").Track();
        await RefusedAsync(mixed.Shared.Dj, 1, "bad_status", good, web.UrlOf("/missing.mp3").Track());
        await RefusedAsync(mixed.Shared.Dj, 2, "not_audio", good, good, web.UrlOf("/page.mp3").Track());
        await RefusedAsync(mixed.Shared.Dj, 0, "redirect_loop", web.UrlOf("/round.mp3").Track());
        await RefusedAsync(mixed.Shared.Dj, 0, "forbidden_address", web.UrlOf("/local.mp3").Track());
        await RefusedAsync(mixed.Shared.Dj, 1, "unreachable", good, $"http://127.0.0.1:{FreePort.Next()}/a.mp3".Track());
        await RefusedAsync(mixed.Shared.Dj, 1, "unreachable", good, "http://no-such-name.invalid/a.mp3".Track());
        await mixed.Shared.Dj.AddPlaylistAsync([good, web.UrlOf("/moved.mp3").Track()]);
    }

    [Fact]
    public async Task Every_track_that_cannot_be_used_is_named()
    {
        var mixed = await MixedPlaylist.GetAsync();
        await using var web = WebFiles.Start();
        var problem = await RefusedAsync(mixed.Shared.Dj, 0, "bad_status", web.UrlOf("/a.mp3").Track(), mixed.Uploads[0].Track(), Guid.NewGuid().Track());
        Assert.Equal([0, 2], problem["tracks"]!.AsArray().Select(track => (int)track!["index"]!));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.1")]
    [InlineData("2130706433")]
    [InlineData("0x7f.1")]
    [InlineData("0.0.0.0")]
    [InlineData("[::1]")]
    [InlineData("[::ffff:127.0.0.1]")]
    [InlineData("localhost")]
    public async Task Internal_addresses_are_refused_by_default(string host)
    {
        var platform = await Guarded.Value;
        await using var web = WebFiles.Start();
        using var dj = await Dj.RegisterAsync(platform);
        await RefusedAsync(dj, 0, "forbidden_address", $"http://{host}:{web.Url.Port}/a.mp3".Track());
        Assert.Empty(web.RequestsFor("/a.mp3"));
    }

    [Fact]
    public async Task A_redirect_to_an_internal_address_is_refused()
    {
        // The first hop is allowed, but the target of the redirect is not.
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Outbound__AllowedNetworks__0"] = "127.0.0.1/32" });
        using var dj = await Dj.RegisterAsync(platform);
        await using var web = WebFiles.Start();
        web.Redirect("/inward.mp3", $"http://127.0.0.2:{web.Url.Port}/secret.mp3");
        await RefusedAsync(dj, 0, "forbidden_address", web.UrlOf("/inward.mp3").Track());

        // A file that is redirected to an internal address after the check is refused when it is fetched.
        var piece = await File.ReadAllBytesAsync(await Pieces.Mp3Async("Moving", seconds: 2));
        web.Put("/moving.mp3", piece);
        web.Script("/moving.mp3", connection => web.RequestsFor("/moving.mp3").Count == 1
            ? connection.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: audio/mpeg\r\nContent-Length: {piece.Length}\r\nConnection: close\r\n\r\n")
            : connection.SendAsync($"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:{web.Url.Port}/secret.mp3\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        var id = await dj.AddPlaylistAsync([web.UrlOf("/moving.mp3").Track()]);
        await Eventually.That(async () => (string)(await dj.TracksAsync(id))[0]["status"]! == "failed", TimeSpan.FromSeconds(30), "the track failed");
        Assert.Empty(web.RequestsFor("/secret.mp3"));
        Assert.NotEmpty((string)(await dj.TracksAsync(id))[0]["error"]!);
        using var nobody = await platform.Client.GetAsync(new Uri($"/v1/playlists/{id}", UriKind.Relative));
        Assert.DoesNotContain("127.0.0.", await nobody.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static readonly Lazy<Task<PlatformProcess>> Guarded = new(async () =>
    {
        var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Outbound__AllowedNetworks__0"] = null });
        AppDomain.CurrentDomain.ProcessExit += (_, _) => platform.RemoveFolder();
        return platform;
    });

    private static async Task<System.Text.Json.Nodes.JsonObject> RefusedAsync(Dj dj, int index, string reason, params object[] tracks)
    {
        using var response = await dj.Client.PostAsJsonAsync("/v1/playlists", new { title = "Refused", tracks });
        var problem = await response.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        Assert.Equal((index, reason), ((int)problem["track_index"]!, (string)problem["reason"]!));
        Assert.Contains($"Track {index}", (string)problem["error"]!, StringComparison.Ordinal);
        return problem;
    }
}
