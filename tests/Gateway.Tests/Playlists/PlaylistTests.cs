using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Playlists;

public sealed class PlaylistTests
{
    [Fact]
    public async Task A_playlist_is_created_and_shows_its_tracks()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var dj = mixed.Shared.Dj;
        using var response = await dj.Client.PostAsJsonAsync("/v1/playlists", new
        {
            title = " Late hours ",
            description = "Slow music.",
            tracks = new object[] { new { source_type = "upload", upload_id = mixed.Uploads[0], title = "Renamed" }, mixed.Uploads[3].Track() },
        });
        var made = await response.JsonAsync(HttpStatusCode.Created);
        var id = (Guid)made["playlist_id"]!;
        Assert.Equal(["playlist_id", "stream_urls"], made.Select(pair => pair.Key));
        Assert.Equal($"/v1/playlists/{id}/stream.m3u8", (string)made["stream_urls"]!["hls"]!);
        Assert.Equal($"/v1/playlists/{id}/stream.mp3", (string)made["stream_urls"]!["mp3"]!);
        Assert.Equal($"/v1/playlists/{id}", response.Headers.Location!.ToString());

        using var read = await dj.Client.GetAsync(Path($"/v1/playlists/{id}"));
        Assert.Equal(response.Headers.ETag, read.Headers.ETag);
        var mine = await read.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(("Late hours", "Slow music.", "public", 2), ((string)mine["title"]!, (string)mine["description"]!, (string)mine["visibility"]!, (int)mine["track_count"]!));
        Assert.InRange((double)mine["duration_seconds"]!, 13.9, 14.3);
        Assert.Equal(0, (long)mine["plays"]!);
        var tracks = mine["tracks"]!.AsArray();
        Assert.Equal(["Renamed", "Lossless"], tracks.Select(track => (string)track!["title"]!));
        Assert.All(tracks, track => Assert.Equal(("ready", "upload", "Somebody"), ((string)track!["status"]!, (string)track["source_type"]!, (string)track["artist"]!)));
        Assert.Equal([mixed.Uploads[0], mixed.Uploads[3]], tracks.Select(track => (Guid)track!["upload_id"]!));
    }

    [Fact]
    public async Task The_sources_of_tracks_are_shown_only_to_the_owner()
    {
        var mixed = await MixedPlaylist.GetAsync();
        Assert.Contains(await mixed.Shared.Dj.TracksAsync(mixed.Id), track => track["url"] is not null);
        var text = await mixed.Shared.Platform.Client.GetStringAsync(Path($"/v1/playlists/{mixed.Id}"));
        Assert.DoesNotContain("127.0.0.1", text, StringComparison.Ordinal);
        Assert.All(JsonNode.Parse(text)!["tracks"]!.AsArray(), track => Assert.True(track!["url"] is null && track["upload_id"] is null));
        Assert.Null(JsonNode.Parse(text)!["plays"]);
        Assert.Equal(MixedPlaylist.Tracks, JsonNode.Parse(text)!["tracks"]!.AsArray().Count);
    }

    [Fact]
    public async Task Lists_contain_public_and_own_playlists()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var hidden = await mixed.Shared.Dj.AddPlaylistAsync([], "private");
        Assert.Contains(hidden, await ListedAsync(mixed.Shared.Dj.Client));
        var others = await ListedAsync(mixed.Shared.Platform.Client);
        Assert.Contains(mixed.Id, others);
        Assert.DoesNotContain(hidden, others);
    }

    [Fact]
    public async Task A_change_applies_only_to_the_version_that_was_read()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddPlaylistAsync([]);
        using var first = await shared.Dj.Client.GetAsync(Path($"/v1/playlists/{id}"));
        using var changed = await SendAsync(shared.Dj, HttpMethod.Patch, $"/v1/playlists/{id}", new { title = "Other", description = "" }, first.Headers.ETag!.ToString());
        Assert.Equal(["title"], (await changed.JsonAsync(HttpStatusCode.OK))["updated_fields"]!.AsArray().Select(field => (string)field!));
        using var stale = await SendAsync(shared.Dj, HttpMethod.Patch, $"/v1/playlists/{id}", new { title = "Third" }, first.Headers.ETag!.ToString());
        await stale.ProblemAsync(HttpStatusCode.PreconditionFailed);
        using var fresh = await SendAsync(shared.Dj, HttpMethod.Patch, $"/v1/playlists/{id}", new { visibility = "private" }, changed.Headers.ETag!.ToString());
        await fresh.JsonAsync(HttpStatusCode.OK);
        using var nothing = await SendAsync(shared.Dj, HttpMethod.Patch, $"/v1/playlists/{id}", new { visibility = "private" });
        Assert.Empty((await nothing.JsonAsync(HttpStatusCode.OK))["updated_fields"]!.AsArray());
        Assert.Equal("Other", (string)(await shared.Dj.GetAsync($"/v1/playlists/{id}"))["title"]!);
    }

    [Fact]
    public async Task Tracks_can_be_reordered_added_and_removed()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var dj = mixed.Shared.Dj;
        var id = await dj.AddPlaylistAsync([mixed.Uploads[0].Track(), mixed.Uploads[1].Track(), mixed.Uploads[2].Track()]);
        await dj.UntilBuiltAsync(id, MixedPlaylist.Built);
        var before = (await dj.TracksAsync(id)).Select(track => (Guid)track["track_id"]!).ToList();
        var old = VodManifest.Read(await mixed.Shared.Platform.Client.GetStringAsync(Path($"/v1/playlists/{id}/stream.m3u8")));

        using var put = await SendAsync(dj, HttpMethod.Put, $"/v1/playlists/{id}/tracks", new
        {
            tracks = new object[] { new { track_id = before[2] }, mixed.Uploads[3].Track(), new { track_id = before[0] } },
        });
        Assert.Equal(["tracks"], (await put.JsonAsync(HttpStatusCode.OK))["updated_fields"]!.AsArray().Select(field => (string)field!));
        var after = await dj.TracksAsync(id);
        Assert.Equal(["Fat", "Lossless", "Usual"], after.Select(track => (string)track["title"]!));
        Assert.Equal((before[2], before[0]), ((Guid)after[0]["track_id"]!, (Guid)after[2]["track_id"]!));
        await Eventually.That(
            async () =>
            {
                var now = VodManifest.Read(await mixed.Shared.Platform.Client.GetStringAsync(Path($"/v1/playlists/{id}/stream.m3u8")));
                return (old.Segments[^1].Media, old.Segments[0].Media) == (now.Segments[0].Media, now.Segments[^1].Media);
            },
            MixedPlaylist.Built, "the manifest has the new order");

        // A player that started before the change can play to the end.
        foreach (var segment in old.Segments)
        {
            using var kept = await mixed.Shared.Platform.Client.GetAsync(Path($"/v1/playlists/{id}/{segment.Uri}"));
            Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
        }
    }

    [Fact]
    public async Task Invalid_tracks_are_refused()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var dj = mixed.Shared.Dj;
        var own = (Guid)(await dj.TracksAsync(mixed.Id))[0]["track_id"]!;
        await InvalidAsync("tracks[1].track_id", new { track_id = own }, new { track_id = Guid.NewGuid() });
        await InvalidAsync("tracks[1].track_id", new { track_id = own }, new { track_id = own });
        await InvalidAsync("tracks[0].source_type", new { title = "Nothing" });
        Assert.Equal("Expected one of upload, external.", (string)(await InvalidAsync("tracks[0].source_type", new { source_type = "web" }))[0]!);
        await InvalidAsync("tracks[0].upload_id", new { source_type = "upload" });
        await InvalidAsync("tracks[0].url", new { source_type = "external" });
        await InvalidAsync("tracks[0].url", "file:///etc/passwd".Track());
        await InvalidAsync("tracks[0].url", "http://user:word@127.0.0.1/a.mp3".Track());
        await InvalidAsync("tracks[0].duration_seconds", new { source_type = "upload", upload_id = mixed.Uploads[0], duration_seconds = 0 });
        await InvalidAsync("tracks", [.. Enumerable.Repeat(mixed.Uploads[0].Track(), 1001)]);
        Assert.Equal(MixedPlaylist.Tracks, (await dj.TracksAsync(mixed.Id)).Count);

        async Task<JsonArray> InvalidAsync(string field, params object[] tracks)
        {
            using var put = await SendAsync(dj, HttpMethod.Put, $"/v1/playlists/{mixed.Id}/tracks", new { tracks });
            return Assert.IsType<JsonArray>((await put.ProblemAsync(HttpStatusCode.BadRequest))["errors"]![field]);
        }
    }

    [Fact]
    public async Task A_playlist_can_have_a_thousand_tracks()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var id = await mixed.Shared.Dj.AddPlaylistAsync(Enumerable.Repeat(mixed.Uploads[0].Track(), 1000));
        await mixed.Shared.Dj.UntilBuiltAsync(id, MixedPlaylist.Built);
        var manifest = VodManifest.Read(await mixed.Shared.Platform.Client.GetStringAsync(Path($"/v1/playlists/{id}/stream.m3u8")));
        Assert.Equal(999, manifest.Discontinuities);
    }

    [Fact]
    public async Task A_playlist_of_another_account_cannot_be_changed()
    {
        var mixed = await MixedPlaylist.GetAsync();
        using var other = await Dj.RegisterAsync(mixed.Shared.Platform);
        foreach (var (method, path, body) in new[] { (HttpMethod.Patch, "", (object)new { title = "Mine" }), (HttpMethod.Put, "/tracks", new { tracks = Array.Empty<object>() }), (HttpMethod.Delete, "", new { }) })
        {
            using var response = await SendAsync(other, method, $"/v1/playlists/{mixed.Id}{path}", body);
            await response.ProblemAsync(HttpStatusCode.Forbidden);
        }
    }

    [Fact]
    public async Task A_deleted_playlist_is_gone_and_its_uploads_stay()
    {
        var mixed = await MixedPlaylist.GetAsync();
        var id = await mixed.Shared.Dj.AddPlaylistAsync([mixed.Uploads[1].Track()]);
        await mixed.Shared.Dj.UntilBuiltAsync(id, MixedPlaylist.Built);
        using var deleted = await mixed.Shared.Dj.Client.DeleteAsync(Path($"/v1/playlists/{id}"));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        foreach (var path in new[] { "", "/stream.m3u8", "/stream.mp3" })
        {
            using var response = await mixed.Shared.Dj.Client.GetAsync(Path($"/v1/playlists/{id}{path}"));
            await response.ProblemAsync(HttpStatusCode.NotFound);
        }
        Assert.Equal("ready", (string)(await mixed.Shared.Dj.GetAsync($"/v1/uploads/audio/{mixed.Uploads[1]}"))["status"]!);
    }

    [Fact]
    public async Task An_upload_cannot_be_deleted_while_a_playlist_uses_it()
    {
        var shared = await SharedPlatform.GetAsync();
        var upload = await shared.Dj.AddUploadAsync(await Pieces.Mp3Async("Used", seconds: 2));
        var id = await shared.Dj.AddPlaylistAsync([upload.Track()]);
        using var refused = await shared.Dj.Client.DeleteAsync(Path($"/v1/uploads/audio/{upload}"));
        await refused.ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal("ready", (string)(await shared.Dj.GetAsync($"/v1/uploads/audio/{upload}"))["status"]!);
        using var put = await SendAsync(shared.Dj, HttpMethod.Put, $"/v1/playlists/{id}/tracks", new { tracks = Array.Empty<object>() });
        await put.JsonAsync(HttpStatusCode.OK);
        using var deleted = await shared.Dj.Client.DeleteAsync(Path($"/v1/uploads/audio/{upload}"));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Fact]
    public async Task Either_the_deletion_of_an_upload_or_the_playlist_that_uses_it_succeeds()
    {
        var shared = await SharedPlatform.GetAsync();
        for (var i = 0; i < 5; i++)
        {
            var upload = await shared.Dj.AddUploadAsync(await Pieces.Mp3Async("Wanted", seconds: 1));
            var deleting = shared.Dj.Client.DeleteAsync(Path($"/v1/uploads/audio/{upload}"));
            var making = shared.Dj.Client.PostAsJsonAsync("/v1/playlists", new { title = "Race", tracks = new[] { upload.Track() } });
            using var deleted = await deleting;
            using var made = await making;
            var outcome = (deleted.StatusCode, made.StatusCode);
            Assert.Contains(outcome, new[]
            {
                (HttpStatusCode.NoContent, HttpStatusCode.UnprocessableEntity), (HttpStatusCode.NoContent, HttpStatusCode.Conflict), (HttpStatusCode.Conflict, HttpStatusCode.Created),
            });
            using var left = await shared.Dj.Client.GetAsync(Path($"/v1/uploads/audio/{upload}"));
            Assert.Equal(made.StatusCode == HttpStatusCode.Created ? HttpStatusCode.OK : HttpStatusCode.NotFound, left.StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(Dj dj, HttpMethod method, string path, object body, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = method == HttpMethod.Delete ? null : JsonContent.Create(body) };
        if (ifMatch is not null)
            request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await dj.Client.SendAsync(request);
    }

    private static async Task<List<Guid>> ListedAsync(HttpClient client)
    {
        var ids = new List<Guid>();
        for (var (cursor, more) = ("", true); more;)
        {
            var page = (await client.GetFromJsonAsync<JsonObject>($"/v1/playlists?limit=7{cursor}"))!;
            ids.AddRange(page["items"]!.AsArray().Select(item => (Guid)item!["playlist_id"]!));
            Assert.All(page["items"]!.AsArray(), item => Assert.Null(item!["tracks"]));
            (cursor, more) = ($"&cursor={page["next_cursor"]}", page["next_cursor"] is not null);
        }
        Assert.Equal(ids.Count, ids.Distinct().Count());
        return ids;
    }

    private static Uri Path(string path) => new(path, UriKind.Relative);
}
