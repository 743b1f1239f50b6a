using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Gateway.Tests.Playlists;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Access;

/// <summary>Who may have what: one table for all nouns and all that there is of each.</summary>
public sealed class AccessTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("public", false, 200, 200, 200, 200)]
    [InlineData("members", false, 401, 200, 200, 403)]
    [InlineData("private", false, 401, 404, 200, 404)]
    [InlineData("public", true, 403, 403, 200, 403)]
    [InlineData("members", true, 403, 403, 200, 403)]
    [InlineData("private", true, 403, 403, 200, 403)]
    public async Task One_check_decides_for_all_that_there_is(string visibility, bool monetized, int nobody, int stranger, int invited, int keyWithoutScope)
    {
        var mixed = await MixedPlaylist.GetAsync();
        var shared = mixed.Shared;
        var stream = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", more: new { visibility, monetization_enabled = monetized });
        var playlist = await shared.Dj.AddPlaylistAsync([mixed.Uploads[0].Track()], visibility, monetized);
        await shared.Dj.UntilAsync(stream, "live", Soon);
        await shared.Dj.UntilBuiltAsync(playlist, MixedPlaylist.Built);
        using var friend = await Dj.RegisterAsync(shared.Platform, "listener");
        using var other = await Dj.RegisterAsync(shared.Platform);
        using var admin = await Dj.AdminAsync(shared.Platform);
        using var key = new HttpClient { BaseAddress = shared.Platform.Url };
        using var made = await other.Client.PostAsJsonAsync("/v1/api-keys", new { name = "Uploads only", scopes = new[] { "uploads:read" } });
        key.DefaultRequestHeaders.Add("X-Api-Key", (string)(await made.JsonAsync(HttpStatusCode.Created))["api_key"]!);
        foreach (var noun in new[] { $"streams/{stream}", $"playlists/{playlist}" })
            await InviteAsync(shared.Dj, noun, (await friend.IdAsync()).ToString());
        var segment = VodManifest.Read(await shared.Dj.Client.GetStringAsync(Path($"/v1/playlists/{playlist}/stream.m3u8"))).Segments[0].Uri;
        string[] paths =
        [
            $"streams/{stream}", $"streams/{stream}/status", $"streams/{stream}/history", $"streams/{stream}/events", $"streams/{stream}/live.m3u8",
            $"streams/{stream}/live.mp3", $"streams/{stream}/live.m3u", $"streams/{stream}/live.pls",
            $"playlists/{playlist}", $"playlists/{playlist}/stream.m3u8", $"playlists/{playlist}/stream.mp3", $"playlists/{playlist}/{segment}",
        ];
        foreach (var (client, expected) in new[] { (shared.Platform.Client, nobody), (other.Client, stranger), (friend.Client, invited), (key, keyWithoutScope), (shared.Dj.Client, 200), (admin.Client, 200) })
        {
            foreach (var path in paths)
            {
                using var answer = await client.GetAsync(Path($"/v1/{path}"), HttpCompletionOption.ResponseHeadersRead);
                Assert.True((int)answer.StatusCode == expected, $"{path}: {(int)answer.StatusCode}, expected {expected}");
                if (expected == 403)
                    Assert.Equal(monetized, (await answer.ProblemAsync(HttpStatusCode.Forbidden)).ContainsKey("subscription_required"));
            }
        }
        // A token for media is for those who may have them.
        foreach (var noun in new[] { $"streams/{stream}", $"playlists/{playlist}" })
        {
            using var refused = await other.Client.PostAsJsonAsync($"/v1/{noun}/media-token", new { });
            Assert.Equal(stranger == 200 ? 201 : stranger, (int)refused.StatusCode);
            using var issued = await friend.Client.PostAsJsonAsync($"/v1/{noun}/media-token", new { });
            var urls = (await issued.JsonAsync(HttpStatusCode.Created))["stream_urls"]!;
            using var heard = await shared.Platform.Client.GetAsync(Path((string)urls["mp3"]!), HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.OK, heard.StatusCode);
        }
    }

    [Fact]
    public async Task What_is_private_is_not_there_for_strangers_who_want_to_change_it()
    {
        var shared = await SharedPlatform.GetAsync();
        using var other = await Dj.RegisterAsync(shared.Platform);
        foreach (var (visibility, expected) in new[] { ("private", HttpStatusCode.NotFound), ("members", HttpStatusCode.Forbidden), ("public", HttpStatusCode.Forbidden) })
        {
            var stream = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", more: new { visibility });
            var playlist = await shared.Dj.AddPlaylistAsync([], visibility);
            foreach (var noun in new[] { $"streams/{stream}", $"playlists/{playlist}" })
            {
                using var patched = await other.Client.PatchAsJsonAsync($"/v1/{noun}", new { description = "mine" });
                await patched.ProblemAsync(expected);
                using var deleted = await other.Client.DeleteAsync(Path($"/v1/{noun}"));
                await deleted.ProblemAsync(expected);
                using var invited = await other.Client.PutAsJsonAsync($"/v1/{noun}/listeners", new { account_ids = Array.Empty<string>() });
                await invited.ProblemAsync(expected);
                using var read = await other.Client.GetAsync(Path($"/v1/{noun}/listeners"));
                await read.ProblemAsync(expected);
            }
            using var timeline = await other.Client.GetAsync(Path($"/v1/streams/{stream}/timeline"));
            await timeline.ProblemAsync(expected);
        }
    }

    [Fact]
    public async Task Who_is_no_longer_invited_is_let_go()
    {
        var shared = await SharedPlatform.GetAsync();
        using var friend = await Dj.RegisterAsync(shared.Platform, "listener");
        var stream = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", more: new { visibility = "private" });
        await shared.Dj.UntilAsync(stream, "live", Soon);
        await InviteAsync(shared.Dj, $"streams/{stream}", (await friend.IdAsync()).ToString());
        using var audio = await friend.Client.GetAsync(Path($"/v1/streams/{stream}/live.mp3"), HttpCompletionOption.ResponseHeadersRead);
        using var events = await friend.Client.GetAsync(Path($"/v1/streams/{stream}/events"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (audio.StatusCode, events.StatusCode));
        await InviteAsync(shared.Dj, $"streams/{stream}");
        await Eventually.Ends(audio.Content.CopyToAsync(Stream.Null), Soon, "the audio ends");
        await Eventually.Ends(events.Content.CopyToAsync(Stream.Null), Soon, "the events end");
        using var again = await friend.Client.GetAsync(Path($"/v1/streams/{stream}/status"));
        await again.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Invitations_are_read_back_and_tell_nothing_of_accounts()
    {
        var shared = await SharedPlatform.GetAsync();
        using var friend = await Dj.RegisterAsync(shared.Platform, "listener");
        var playlist = await shared.Dj.AddPlaylistAsync([], "private");
        var id = (await friend.IdAsync()).ToString();
        var answer = await InviteAsync(shared.Dj, $"playlists/{playlist}", id, friend.Email.ToUpperInvariant(), "nobody@example.org", id, Guid.Empty.ToString());
        string[] expected = [id, Guid.Empty.ToString(), friend.Email, "nobody@example.org"];
        Assert.Equal(expected, answer["account_ids"]!.AsArray().Select(item => (string)item!));
        var read = await shared.Dj.GetAsync($"/v1/playlists/{playlist}/listeners");
        Assert.Equal(expected, read["account_ids"]!.AsArray().Select(item => (string)item!));
        foreach (var (body, field) in new (object, string)[]
        {
            (new { account_ids = new[] { id, "neither" } }, "account_ids[1]"),
            (new { account_ids = Enumerable.Range(0, 501).Select(i => $"a{i}@example.org") }, "account_ids"),
            (new { }, "account_ids"),
        })
        {
            using var refused = await shared.Dj.Client.PutAsJsonAsync($"/v1/playlists/{playlist}/listeners", body);
            Assert.True((await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject().ContainsKey(field));
        }
    }

    [Fact]
    public async Task An_address_that_nobody_has_verified_lets_nobody_in()
    {
        // This platform sends no mail: whoever registers an address may be anybody.
        var shared = await SharedPlatform.GetAsync();
        using var friend = await Dj.RegisterAsync(shared.Platform, "listener");
        var playlist = await shared.Dj.AddPlaylistAsync([], "private");
        await InviteAsync(shared.Dj, $"playlists/{playlist}", friend.Email);
        using var refused = await friend.Client.GetAsync(Path($"/v1/playlists/{playlist}"));
        await refused.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Lists_can_be_of_ones_own_alone()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var own = new List<Guid>();
        foreach (var visibility in new[] { "public", "members", "private" })
        {
            own.Add(await dj.AddPlaylistAsync([], visibility));
            await shared.Dj.AddPlaylistAsync([], visibility);
        }
        var listed = (await dj.GetAsync("/v1/playlists?owner=me&limit=200"))["items"]!.AsArray();
        Assert.Equal(Enumerable.Reverse(own), listed.Select(item => (Guid)item!["playlist_id"]!));
        Assert.Equal(["private", "members", "public"], listed.Select(item => (string)item!["visibility"]!));
        Assert.Empty((await dj.GetAsync("/v1/streams?owner=me"))["items"]!.AsArray());
        var others = (await dj.GetAsync("/v1/playlists?limit=200"))["items"]!.AsArray().Where(item => !own.Contains((Guid)item!["playlist_id"]!));
        Assert.All(others, item => Assert.Equal("public", (string)item!["visibility"]!));
        using var wrong = await dj.Client.GetAsync(Path("/v1/playlists?owner=you"));
        await wrong.ProblemAsync(HttpStatusCode.BadRequest);
        using var nobody = await shared.Platform.Client.GetAsync(Path("/v1/streams?owner=me"));
        await nobody.ProblemAsync(HttpStatusCode.BadRequest);
    }

    private static async Task<JsonObject> InviteAsync(Dj owner, string noun, params string[] accounts)
    {
        using var answer = await owner.Client.PutAsJsonAsync($"/v1/{noun}/listeners", new { account_ids = accounts });
        return await answer.JsonAsync(HttpStatusCode.OK);
    }

    private static Uri Path(string path) => new(path, UriKind.RelativeOrAbsolute);
}
