using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Gateway.Tests.Playlists;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Access;

/// <summary>Access rules: one table for streams and playlists and all of their routes.</summary>
public sealed class AccessTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("public", false, 200, 200, 200, 200)]
    [InlineData("members", false, 401, 200, 200, 403)]
    [InlineData("private", false, 401, 404, 200, 404)]
    [InlineData("public", true, 403, 403, 200, 403)]
    [InlineData("members", true, 403, 403, 200, 403)]
    [InlineData("private", true, 403, 403, 200, 403)]
    public async Task The_same_access_check_protects_every_route(string visibility, bool monetized, int nobody, int stranger, int invited, int keyWithoutScope)
    {
        var mixed = await MixedPlaylist.GetAsync();
        var shared = mixed.Shared;
        var stream = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", more: new { visibility, monetization_enabled = monetized });
        var playlist = await shared.Dj.AddPlaylistAsync([mixed.Uploads[0].Track()], visibility, monetized);
        await shared.Dj.UntilAsync(stream, "live", Deadline);
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
        // Only callers with access get a media token.
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
    public async Task A_private_resource_is_not_found_for_strangers_who_try_to_change_it()
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
    public async Task A_listener_who_is_no_longer_invited_is_disconnected()
    {
        var shared = await SharedPlatform.GetAsync();
        using var friend = await Dj.RegisterAsync(shared.Platform, "listener");
        var stream = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", more: new { visibility = "private" });
        await shared.Dj.UntilAsync(stream, "live", Deadline);
        await InviteAsync(shared.Dj, $"streams/{stream}", (await friend.IdAsync()).ToString());
        using var audio = await friend.Client.GetAsync(Path($"/v1/streams/{stream}/live.mp3"), HttpCompletionOption.ResponseHeadersRead);
        using var events = await friend.Client.GetAsync(Path($"/v1/streams/{stream}/events"), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (audio.StatusCode, events.StatusCode));
        await InviteAsync(shared.Dj, $"streams/{stream}");
        await Eventually.Ends(audio.Content.CopyToAsync(Stream.Null), Deadline, "the audio ends");
        await Eventually.Ends(events.Content.CopyToAsync(Stream.Null), Deadline, "the events end");
        using var again = await friend.Client.GetAsync(Path($"/v1/streams/{stream}/status"));
        await again.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Invitations_are_returned_as_given_and_reveal_nothing_about_accounts()
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
    public async Task An_invitation_of_an_unverified_address_gives_no_access()
    {
        // This platform sends no mail, so anybody may have registered the address.
        var shared = await SharedPlatform.GetAsync();
        using var friend = await Dj.RegisterAsync(shared.Platform, "listener");
        var playlist = await shared.Dj.AddPlaylistAsync([], "private");
        await InviteAsync(shared.Dj, $"playlists/{playlist}", friend.Email);
        using var refused = await friend.Client.GetAsync(Path($"/v1/playlists/{playlist}"));
        await refused.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Lists_can_be_limited_to_the_callers_own_items()
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
