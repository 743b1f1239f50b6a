using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Streams;

public sealed class StreamTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_patch_returns_the_fields_that_really_changed()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", "Before");
        using var changed = await shared.Dj.Client.PatchAsJsonAsync($"/v1/streams/{id}", new { name = "After", genre = "", description = "New" });
        var answer = await changed.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(["name", "description"], answer["updated_fields"]!.AsArray().Select(field => (string)field!));
        Assert.Equal("After", (string)(await shared.Dj.GetAsync($"/v1/streams/{id}"))["name"]!);
    }

    [Fact]
    public async Task A_new_source_is_probed_before_the_old_one_is_replaced()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        using var refused = await shared.Dj.Client.PatchAsJsonAsync($"/v1/streams/{id}", new { mount = "/nothing-here" });
        Assert.Equal("bad_status", (string)(await refused.ProblemAsync(HttpStatusCode.UnprocessableEntity))["reason"]!);
        Assert.Equal("/live", (string)(await shared.Dj.GetAsync($"/v1/streams/{id}"))["mount"]!);

        using var moved = await shared.Dj.Client.PatchAsJsonAsync($"/v1/streams/{id}", new { mount = "/aac" });
        await moved.JsonAsync(HttpStatusCode.OK);
        await Eventually.That(async () => (string?)(await shared.Dj.StatusAsync(id))["codec"] == "aac", Deadline, "the other source is on air");
    }

    [Fact]
    public async Task Others_cannot_change_or_delete_a_stream_or_see_its_source()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        using var stranger = await Dj.RegisterAsync(shared.Platform);
        using var patch = await stranger.Client.PatchAsJsonAsync($"/v1/streams/{id}", new { name = "Mine" });
        await patch.ProblemAsync(HttpStatusCode.Forbidden);
        using var delete = await stranger.Client.DeleteAsync(new Uri($"/v1/streams/{id}", UriKind.Relative));
        await delete.ProblemAsync(HttpStatusCode.Forbidden);
        using var timeline = await stranger.Client.GetAsync(new Uri($"/v1/streams/{id}/timeline", UriKind.Relative));
        await timeline.ProblemAsync(HttpStatusCode.Forbidden);
        var seen = await stranger.GetAsync($"/v1/streams/{id}");
        Assert.Null(seen["shoutcast_url"]);
        Assert.Null(seen["relay_token"]);
    }

    [Fact]
    public async Task A_disabled_stream_disconnects_its_listeners_and_can_be_enabled_again()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        await shared.Dj.UntilAsync(id, "live", Deadline);
        using var listener = await shared.Platform.Client.GetAsync(new Uri($"/v1/streams/{id}/live.mp3", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        var listening = (await listener.Content.ReadAsStreamAsync()).CopyToAsync(Stream.Null);

        using var off = await shared.Dj.Client.PatchAsJsonAsync($"/v1/streams/{id}", new { enabled = false });
        await off.JsonAsync(HttpStatusCode.OK);
        await Eventually.Ends(listening, Deadline, "the listener is disconnected");
        Assert.Equal("disabled", (string)(await shared.Dj.StatusAsync(id))["state"]!);
        using var gone = await shared.Platform.Client.GetAsync(new Uri($"/v1/streams/{id}/live.m3u8", UriKind.Relative));
        await gone.ProblemAsync(HttpStatusCode.NotFound);

        using var on = await shared.Dj.Client.PatchAsJsonAsync($"/v1/streams/{id}", new { enabled = true });
        await on.JsonAsync(HttpStatusCode.OK);
        await shared.Dj.UntilAsync(id, "live", Deadline);
        // The status is updated before the timeline is written.
        string[] kinds = ["registered", "connecting", "live", "disabled", "enabled", "connecting", "live"];
        await Eventually.That(
            async () => (await shared.Dj.GetAsync($"/v1/streams/{id}/timeline"))["items"]!.AsArray().Select(entry => (string)entry!["kind"]!).Reverse().SequenceEqual(kinds),
            Deadline, $"the timeline has {string.Join(", ", kinds)}");
    }

    [Fact]
    public async Task A_deleted_stream_is_not_found_anywhere()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        using var deleted = await shared.Dj.Client.DeleteAsync(new Uri($"/v1/streams/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        foreach (var path in new[] { "", "/status", "/live.m3u8", "/live.mp3", "/history", "/events" })
        {
            using var gone = await shared.Dj.Client.GetAsync(new Uri($"/v1/streams/{id}{path}", UriKind.Relative));
            await gone.ProblemAsync(HttpStatusCode.NotFound);
        }
        Assert.DoesNotContain(id, await ListIdsAsync(shared.Dj.Client));
    }

    [Fact]
    public async Task Lists_are_paged_without_gaps_or_repeats()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var mine = new List<Guid>();
        for (var i = 0; i < 5; i++)
            mine.Add(await dj.AddStreamAsync(shared.Icecast.Url, "/live", $"Page {i}", new { visibility = "private" }));

        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await dj.GetAsync($"/v1/streams?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            Assert.InRange(page["items"]!.AsArray().Count, 1, 2);
            seen.AddRange(page["items"]!.AsArray().Select(item => (Guid)item!["stream_id"]!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);
        Assert.Equal(seen.Count, seen.Distinct().Count());
        Assert.Equal(Enumerable.Reverse(mine), seen.Where(mine.Contains));

        foreach (var query in new[] { "limit=0", "limit=201", "limit=x", "cursor=made-up" })
        {
            using var refused = await dj.Client.GetAsync(new Uri($"/v1/streams?{query}", UriKind.Relative));
            await refused.ProblemAsync(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task Titles_are_in_the_status_the_history_and_the_events()
    {
        var shared = await SharedPlatform.GetAsync();
        await using var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/titles", await Tone.Mp3Async());
        await icecast.SetTitleAsync("/titles", "First - It's; \"quoted\", ok");
        var id = await shared.Dj.AddStreamAsync(icecast.Url, "/titles");
        await TrackAsync(shared, id, "First - It's; \"quoted\", ok");

        using var response = await shared.Platform.Client.GetAsync(new Uri($"/v1/streams/{id}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        using var events = new StreamReader(await response.Content.ReadAsStreamAsync());
        await icecast.SetTitleAsync("/titles", "Second – ünï");
        await TrackAsync(shared, id, "Second – ünï");
        await Eventually.Ends(ReadUntilAsync(events, "{\"current_track\":\"Second – ünï\"}"), Deadline, "the event arrives");

        // The status is updated before the database.
        JsonArray history = [];
        await Eventually.That(async () => (history = (await shared.Dj.GetAsync($"/v1/streams/{id}/history"))["items"]!.AsArray()).Count == 2, Deadline, "both titles are written");
        Assert.Equal(["Second – ünï", "First - It's; \"quoted\", ok"], history.Select(track => (string)track!["title"]!));
        Assert.Null(history[0]!["ended_at"]);
        Assert.Equal((string)history[0]!["started_at"]!, (string)history[1]!["ended_at"]!);
    }

    [Fact]
    public async Task An_external_relay_sends_heartbeats_with_the_token_of_the_stream()
    {
        var shared = await SharedPlatform.GetAsync();
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        var token = (string)(await shared.Dj.GetAsync($"/v1/streams/{id}"))["relay_token"]!;
        using var heartbeat = await HeartbeatAsync(shared, id, token, new { listeners = 41, uptime_seconds = 60, cpu_usage = 1.5 });
        Assert.Equal(HttpStatusCode.NoContent, heartbeat.StatusCode);
        Assert.Equal(41, (int)(await shared.Dj.StatusAsync(id))["listeners"]!);

        using var foreign = await HeartbeatAsync(shared, id, (token[0] == '0' ? "1" : "0") + token[1..], new { listeners = 1, uptime_seconds = 1 });
        await foreign.ProblemAsync(HttpStatusCode.Forbidden);
        using var invalid = await HeartbeatAsync(shared, id, token, new { listeners = -1, uptime_seconds = -1 });
        var errors = (await invalid.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject();
        Assert.Equal(["listeners", "uptime_seconds"], errors.Select(error => error.Key));
    }

    private static async Task<HttpResponseMessage> HeartbeatAsync(SharedPlatform shared, Guid id, string token, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/streams/{id}/heartbeat") { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", token);
        return await shared.Platform.Client.SendAsync(request);
    }

    private static Task TrackAsync(SharedPlatform shared, Guid id, string title) =>
        Eventually.That(async () => (string?)(await shared.Dj.StatusAsync(id))["current_track"] == title, Deadline, $"{title} is the current track");

    private static async Task ReadUntilAsync(StreamReader events, string text)
    {
        while (await events.ReadLineAsync() is { } line && !line.Contains(text, StringComparison.Ordinal))
        {
        }
    }

    private static async Task<List<Guid>> ListIdsAsync(HttpClient client)
    {
        var ids = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = (await client.GetFromJsonAsync<JsonObject>($"/v1/streams?limit=200{(cursor is null ? "" : $"&cursor={cursor}")}"))!;
            ids.AddRange(page["items"]!.AsArray().Select(item => (Guid)item!["stream_id"]!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);
        return ids;
    }
}
