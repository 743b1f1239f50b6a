using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Podcasts;

/// <summary>Podcasts and episodes by the API.</summary>
public sealed class PodcastTests
{
    [Fact]
    public async Task A_podcast_is_created_read_changed_listed_and_deleted()
    {
        var shared = await SharedPlatform.GetAsync();
        using var created = await shared.Dj.Client.PostAsJsonAsync("/v1/podcasts", new { title = " Show ", author = "Ann", categories = new[] { "Music / Music History" }, funding = new[] { new { url = "https://example.org/", text = "Help" } } });
        var answer = await created.JsonAsync(HttpStatusCode.Created);
        var id = (Guid)answer["podcast_id"]!;
        Assert.Equal($"/v1/podcasts/{id}", created.Headers.Location!.ToString());
        Assert.Equal($"/v1/podcasts/{id}/rss.xml", (string)answer["rss_feed_url"]!);
        var podcast = await shared.Dj.GetAsync($"/v1/podcasts/{id}");
        Assert.Equal(("Show", "Ann", "en", "public", "podcast", 0), ((string)podcast["title"]!, (string)podcast["author"]!, (string)podcast["language"]!, (string)podcast["visibility"]!, (string)podcast["medium"]!, podcast["episodes"]!.AsArray().Count));

        Assert.Equal(["title", "explicit"], await shared.Dj.PatchAsync($"/v1/podcasts/{id}", new { title = "Other", @explicit = true, author = "Ann" }));
        using (var stale = new HttpRequestMessage(HttpMethod.Patch, $"/v1/podcasts/{id}") { Content = JsonContent.Create(new { title = "Third" }) })
        {
            stale.Headers.TryAddWithoutValidation("If-Match", created.Headers.ETag!.ToString());
            using var refused = await shared.Dj.Client.SendAsync(stale);
            await refused.ProblemAsync(HttpStatusCode.PreconditionFailed);
        }
        var listed = (await shared.Dj.GetAsync("/v1/podcasts?owner=me&limit=200"))["items"]!.AsArray().Single(item => (Guid)item!["podcast_id"]! == id)!;
        Assert.Equal("Other", (string)listed["title"]!);

        using var deleted = await shared.Dj.Client.DeleteAsync(new Uri($"/v1/podcasts/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        foreach (var path in new[] { "", "/rss.xml", "/episodes" })
        {
            using var gone = await shared.Platform.Client.GetAsync(new Uri($"/v1/podcasts/{id}{path}", UriKind.Relative));
            await gone.ProblemAsync(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_wrong_value_is_named_with_what_was_expected()
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        async Task<string[]> WrongAsync(string path, object body)
        {
            using var response = await dj.Client.PostAsJsonAsync(path, body);
            return [.. (await response.ProblemAsync(HttpStatusCode.BadRequest))["codes"]!.AsObject().Select(field => $"{field.Key}={(string)field.Value![0]!}")];
        }
        Assert.Equal(["title=required"], await WrongAsync("/v1/podcasts", new { title = " " }));
        Assert.Equal(["language=malformed", "categories[0]=unknown_value"], await WrongAsync("/v1/podcasts", new { title = "Show", language = "not a language", categories = new[] { "Jazz" } }));
        Assert.Equal(["live_stream_id=not_an_id"], await WrongAsync("/v1/podcasts", new { title = "Show", live_stream_id = Guid.NewGuid() }));
        var id = await dj.AddPodcastAsync();
        Assert.Equal(["title=required", "upload_id=required"], await WrongAsync($"/v1/podcasts/{id}/episodes", new { }));
        Assert.Equal(["publication_date=in_the_past"], await WrongAsync($"/v1/podcasts/{id}/episodes", new { title = "One", upload_id = Guid.NewGuid(), status = "scheduled", publication_date = "2020-01-01T00:00:00Z" }));
        Assert.Equal(["chapters[0].start_time=out_of_range"], await WrongAsync($"/v1/podcasts/{id}/episodes", new { title = "One", upload_id = Guid.NewGuid(), chapters = new[] { new { start_time = -1 } } }));
    }

    [Fact]
    public async Task An_episode_needs_audio_of_its_owner()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddPodcastAsync();
        using var stranger = await Dj.RegisterAsync(shared.Platform);
        var theirs = await stranger.AddUploadAsync(await Pieces.Mp3Async("Theirs"));
        await using var files = WebFiles.Start();
        files.Put("/page", "<html>"u8.ToArray(), "text/html");
        files.Put("/a.mp3", await File.ReadAllBytesAsync(await Pieces.Mp3Async("External")));
        async Task<string> ReasonAsync(object body)
        {
            using var response = await shared.Dj.Client.PostAsJsonAsync($"/v1/podcasts/{id}/episodes", body);
            return (string)(await response.ProblemAsync(HttpStatusCode.UnprocessableEntity))["reason"]!;
        }
        Assert.Equal("upload_not_found", await ReasonAsync(new { title = "One", upload_id = theirs }));
        Assert.Equal("upload_not_found", await ReasonAsync(new { title = "One", upload_id = Guid.NewGuid() }));
        Assert.Equal("not_audio", await ReasonAsync(new { title = "One", media_url = files.UrlOf("/page") }));
        Assert.Equal("bad_status", await ReasonAsync(new { title = "One", media_url = files.UrlOf("/none") }));
        Assert.Equal("forbidden_address", await ReasonAsync(new { title = "One", media_url = "http://169.254.169.254/a.mp3" }));
        Assert.Equal("external_audio", await ReasonAsync(new { title = "One", media_url = files.UrlOf("/a.mp3"), monetization_required = true }));
    }

    [Fact]
    public async Task An_upload_that_an_episode_uses_cannot_be_deleted()
    {
        var dj = (await SharedPlatform.GetAsync()).Dj;
        var upload = await dj.AddUploadAsync(await Pieces.Mp3Async("Used"));
        var id = await dj.AddPodcastAsync();
        var episode = await dj.AddEpisodeAsync(id, new { upload_id = upload });
        var path = new Uri($"/v1/uploads/audio/{upload}", UriKind.Relative);
        using (var refused = await dj.Client.DeleteAsync(path))
            await refused.ProblemAsync(HttpStatusCode.Conflict);
        using (await dj.Client.DeleteAsync(new Uri($"/v1/podcasts/{id}/episodes/{episode}", UriKind.Relative)))
        {
        }
        using var deleted = await dj.Client.DeleteAsync(path);
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
    }

    [Fact]
    public async Task An_episode_waits_for_its_upload_and_says_when_it_failed()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddPodcastAsync();
        var good = await shared.Dj.AddEpisodeAsync(id, new { upload_id = await shared.Dj.SendUploadAsync(await Pieces.Mp3Async("Good", seconds: 30)) });
        using var folder = new TestFolder("broken");
        var broken = Path.Combine(folder.Path, "broken.flac");
        // The beginning of a FLAC without any frame: it is taken, and cannot be prepared.
        await File.WriteAllBytesAsync(broken, (await File.ReadAllBytesAsync(await Pieces.FlacAsync("Broken")))[..900]);
        var bad = await shared.Dj.AddEpisodeAsync(id, new { upload_id = await shared.Dj.SendUploadAsync(broken) });
        async Task UntilAsync(Guid episode, string status) => await Eventually.That(
            async () => (string)(await shared.Dj.GetAsync($"/v1/podcasts/{id}/episodes/{episode}"))["media_status"]! == status, TimeSpan.FromSeconds(60), $"the audio is {status}");
        await UntilAsync(good, "ready");
        await UntilAsync(bad, "failed");
        Assert.NotEmpty((string)(await shared.Dj.GetAsync($"/v1/podcasts/{id}/episodes/{bad}"))["media_error"]!);
        var listed = JsonNode.Parse(await shared.Platform.Client.GetStringAsync(new Uri($"/v1/podcasts/{id}/episodes", UriKind.Relative)))!["items"]!.AsArray();
        Assert.Equal([good], listed.Select(item => (Guid)item!["episode_id"]!));
    }

    [Fact]
    public async Task Drafts_and_scheduled_episodes_are_for_their_owner_only()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddPodcastAsync();
        var upload = await shared.Dj.AddUploadAsync(await Pieces.Mp3Async("Hidden"));
        var draft = await shared.Dj.AddEpisodeAsync(id, new { upload_id = upload, status = "draft" });
        var later = await shared.Dj.AddEpisodeAsync(id, new { upload_id = upload, publication_date = TimeProvider.System.GetUtcNow().AddHours(1) });
        foreach (var (episode, status) in new[] { (draft, "draft"), (later, "scheduled") })
        {
            Assert.Equal(status, (string)(await shared.Dj.GetAsync($"/v1/podcasts/{id}/episodes/{episode}"))["status"]!);
            foreach (var path in new[] { "", "/audio.mp3" })
            {
                using var hidden = await shared.Platform.Client.GetAsync(new Uri($"/v1/podcasts/{id}/episodes/{episode}{path}", UriKind.Relative));
                await hidden.ProblemAsync(HttpStatusCode.NotFound);
            }
            using var own = await shared.Dj.Client.GetAsync(new Uri($"/v1/podcasts/{id}/episodes/{episode}/audio.mp3", UriKind.Relative));
            Assert.Equal(HttpStatusCode.OK, own.StatusCode);
        }
        Assert.Equal(2, (await shared.Dj.GetAsync($"/v1/podcasts/{id}"))["episodes"]!.AsArray().Count);
        Assert.Empty(JsonNode.Parse(await shared.Platform.Client.GetStringAsync(new Uri($"/v1/podcasts/{id}", UriKind.Relative)))!["episodes"]!.AsArray());
        await shared.Dj.PatchAsync($"/v1/podcasts/{id}/episodes/{draft}", new { status = "published" });
        Assert.Contains("<item>", await shared.Platform.Client.GetStringAsync(new Uri($"/v1/podcasts/{id}/rss.xml", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_owner_changes_a_podcast_and_a_private_one_is_not_revealed()
    {
        var shared = await SharedPlatform.GetAsync();
        using var stranger = await Dj.RegisterAsync(shared.Platform);
        var open = await shared.Dj.AddPodcastAsync();
        var closed = await shared.Dj.AddPodcastAsync(new { visibility = "private" });
        foreach (var (id, status) in new[] { (open, HttpStatusCode.Forbidden), (closed, HttpStatusCode.NotFound) })
        {
            using var changed = await stranger.Client.PatchAsJsonAsync($"/v1/podcasts/{id}", new { title = "Mine" });
            await changed.ProblemAsync(status);
            using var added = await stranger.Client.PostAsJsonAsync($"/v1/podcasts/{id}/episodes", new { title = "Mine", media_url = "https://example.org/a.mp3" });
            await added.ProblemAsync(status);
            using var deleted = await stranger.Client.DeleteAsync(new Uri($"/v1/podcasts/{id}", UriKind.Relative));
            await deleted.ProblemAsync(status);
        }
        foreach (var path in new[] { "", "/rss.xml", "/episodes" })
        {
            using var hidden = await stranger.Client.GetAsync(new Uri($"/v1/podcasts/{closed}{path}", UriKind.Relative));
            await hidden.ProblemAsync(HttpStatusCode.NotFound);
            using var nobody = await shared.Platform.Client.GetAsync(new Uri($"/v1/podcasts/{closed}{path}", UriKind.Relative));
            await nobody.ProblemAsync(HttpStatusCode.Unauthorized);
        }
    }
}
