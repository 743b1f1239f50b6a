using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Playlists;

/// <summary>Access to the audio of a playlist.</summary>
public sealed class ListenerTests
{
    [Fact]
    public async Task A_playlist_for_members_needs_a_token_with_the_scope()
    {
        var (shared, id) = await AddAsync("members");
        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        using var made = await listener.Client.PostAsJsonAsync("/v1/api-keys", new { name = "Streams only", scopes = new[] { "streams:read" } });
        var key = (string)(await made.JsonAsync(HttpStatusCode.Created))["api_key"]!;
        var manifest = VodManifest.Read(await listener.Client.GetStringAsync(Path(id, "stream.m3u8")));
        foreach (var path in new[] { "", "/stream.m3u8", "/stream.mp3", $"/{manifest.Segments[0].Uri}" })
        {
            var address = new Uri($"/v1/playlists/{id}{path}", UriKind.Relative);
            using var nobody = await shared.Platform.Client.GetAsync(address);
            await nobody.ProblemAsync(HttpStatusCode.Unauthorized);
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Add("X-Api-Key", key);
            using var lacking = await shared.Platform.Client.SendAsync(request);
            Assert.Equal("playlists:read", (string)(await lacking.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
            using var heard = await listener.Client.GetAsync(address);
            Assert.Equal(HttpStatusCode.OK, heard.StatusCode);
            if (path.Length > 0)
                Assert.Contains("private", heard.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_media_token_gives_access_to_the_manifest_its_segments_and_the_MP3()
    {
        var (shared, id) = await AddAsync("members");
        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        using var issued = await listener.Client.PostAsJsonAsync($"/v1/playlists/{id}/media-token", new { });
        var urls = (await issued.JsonAsync(HttpStatusCode.Created))["stream_urls"]!;
        var hls = new Uri(shared.Platform.Url, (string)urls["hls"]!);
        using var response = await shared.Platform.Client.GetAsync(hls);
        Assert.Equal("private, no-store", string.Join(", ", response.Headers.CacheControl!.ToString().Split(", ").OrderDescending()));
        var manifest = VodManifest.Read(await response.Content.ReadAsStringAsync());
        foreach (var segment in manifest.Segments)
        {
            using var bytes = await shared.Platform.Client.GetAsync(new Uri(hls, segment.Uri));
            Assert.Equal((HttpStatusCode.OK, true), (bytes.StatusCode, bytes.Headers.CacheControl!.Private));
        }
        Assert.InRange(await Playing.PlayAsync(hls.ToString()), 13.8, 14.4);
        Assert.InRange(await Playing.PlayAsync(new Uri(shared.Platform.Url, (string)urls["mp3"]!).ToString()), 13.8, 14.4);

        var (_, other) = await AddAsync("members");
        var token = ((string)urls["mp3"]!).Split('?')[1];
        using var elsewhere = await shared.Platform.Client.GetAsync(new Uri($"/v1/playlists/{other}/stream.mp3?{token}", UriKind.Relative));
        Assert.Contains(elsewhere.StatusCode, new[] { HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden });
    }

    [Fact]
    public async Task A_monetized_playlist_needs_a_subscription_except_for_its_owner()
    {
        var (shared, id) = await AddAsync("public", monetized: true);
        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        foreach (var client in new[] { shared.Platform.Client, listener.Client })
        {
            foreach (var file in new[] { "stream.m3u8", "stream.mp3" })
            {
                using var refused = await client.GetAsync(Path(id, file));
                var problem = await refused.ProblemAsync(HttpStatusCode.Forbidden);
                Assert.True((bool)problem["subscription_required"]!);
                Assert.Contains("/v1/monetization/plans?owner=", (string)problem["plans_url"]!, StringComparison.Ordinal);
            }
        }
        using var details = await shared.Platform.Client.GetAsync(new Uri($"/v1/playlists/{id}", UriKind.Relative));
        Assert.True((bool)(await details.ProblemAsync(HttpStatusCode.Forbidden))["subscription_required"]!);
        using var own = await shared.Dj.Client.GetAsync(Path(id, "stream.mp3"));
        Assert.Equal((HttpStatusCode.OK, true), (own.StatusCode, own.Headers.CacheControl!.Private));
    }

    [Fact]
    public async Task The_playlist_of_a_disabled_account_cannot_be_played()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var id = await dj.AddPlaylistAsync([(await dj.AddUploadAsync(await Pieces.Mp3Async("Off"))).Track()]);
        await dj.UntilBuiltAsync(id, MixedPlaylist.Built);
        var manifest = Path(id, "stream.m3u8");
        Assert.Contains("#EXTINF", await shared.Platform.Client.GetStringAsync(manifest), StringComparison.Ordinal);
        using var admin = await Dj.AdminAsync(shared.Platform);
        using var disabled = await admin.Client.PatchAsJsonAsync($"/v1/users/{await dj.IdAsync()}", new { disabled = true });
        Assert.Equal(HttpStatusCode.OK, disabled.StatusCode);
        await Eventually.That(
            async () =>
            {
                using var answer = await shared.Platform.Client.GetAsync(manifest);
                return answer.StatusCode == HttpStatusCode.NotFound;
            },
            TimeSpan.FromSeconds(30), "the playlist is gone");
    }

    private static async Task<(SharedPlatform Shared, Guid Id)> AddAsync(string visibility, bool monetized = false)
    {
        var mixed = await MixedPlaylist.GetAsync();
        var id = await mixed.Shared.Dj.AddPlaylistAsync([mixed.Uploads[0].Track(), mixed.Uploads[4].Track()], visibility, monetized);
        await mixed.Shared.Dj.UntilBuiltAsync(id, MixedPlaylist.Built);
        return (mixed.Shared, id);
    }

    private static Uri Path(Guid id, string file) => new($"/v1/playlists/{id}/{file}", UriKind.Relative);
}
