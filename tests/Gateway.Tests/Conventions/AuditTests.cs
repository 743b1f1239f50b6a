using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Conventions;

public sealed class AuditTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Changes_to_a_stream_are_recorded_with_their_author()
    {
        var shared = await SharedPlatform.GetAsync();
        using var admin = await Dj.AdminAsync(shared.Platform);
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        using var request = new HttpRequestMessage(HttpMethod.Patch, $"/v1/streams/{id}") { Content = JsonContent.Create(new { name = "Secret plans", genre = "Jazz", stream_key = "s3cret" }) };
        request.Headers.Add("X-Request-Id", "audited.1");
        using var patched = await shared.Dj.Client.SendAsync(request);
        await patched.JsonAsync(HttpStatusCode.OK);
        // Reads, updates without a change and heartbeats are not recorded.
        await shared.Dj.GetAsync($"/v1/streams/{id}");
        (await shared.Dj.Client.PatchAsJsonAsync($"/v1/streams/{id}", new { genre = "Jazz" })).Dispose();
        using var heartbeat = new HttpRequestMessage(HttpMethod.Post, $"/v1/streams/{id}/heartbeat") { Content = JsonContent.Create(new { listeners = 1, uptime_seconds = 1 }) };
        heartbeat.Headers.Authorization = new("Bearer", (string)(await shared.Dj.GetAsync($"/v1/streams/{id}"))["relay_token"]!);
        (await shared.Platform.Client.SendAsync(heartbeat)).EnsureSuccessStatusCode();
        (await shared.Dj.Client.DeleteAsync(new Uri($"/v1/streams/{id}", UriKind.Relative))).Dispose();

        var entries = await EntriesAsync(admin, $"resource=stream/{id}");
        Assert.Equal(["streams.delete", "streams.update", "streams.register"], entries.Select(entry => (string)entry["action"]!));
        var me = await shared.Dj.IdAsync();
        Assert.All(entries, entry =>
        {
            Assert.Equal((me, "account", "127.0.0.1"), ((Guid)entry["actor_id"]!, (string)entry["actor_kind"]!, (string)entry["address"]!));
            Assert.Equal(7, ((Guid)entry["entry_id"]!).Version);
        });
        Assert.Equal(("name, stream_key, genre, slug", "audited.1"), ((string)entries[1]["detail"]!, (string)entries[1]["request_id"]!));
        Assert.DoesNotContain("s3cret", string.Concat(entries.Select(entry => entry.ToJsonString())), StringComparison.Ordinal);
        Assert.DoesNotContain("Secret plans", string.Concat(entries.Select(entry => entry.ToJsonString())), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_title_is_a_new_slug_in_the_audit_trail()
    {
        var shared = await SharedPlatform.GetAsync();
        using var admin = await Dj.AdminAsync(shared.Platform);
        var podcast = await shared.Dj.AddPodcastAsync();
        var playlist = await shared.Dj.AddPlaylistAsync([(await shared.Dj.AddUploadAsync(await Pieces.Mp3Async("Audited"))).Track()]);
        // The response names what was requested, the trail what changed.
        Assert.Equal(["title"], await shared.Dj.PatchAsync($"/v1/podcasts/{podcast}", new { title = "Early hours" }));
        Assert.Equal(["title"], await shared.Dj.PatchAsync($"/v1/playlists/{playlist}", new { title = "Early songs" }));
        Assert.Equal("title, slug", (string)(await EntriesAsync(admin, $"resource=podcast/{podcast}"))[0]["detail"]!);
        Assert.Equal("title, slug", (string)(await EntriesAsync(admin, $"resource=playlist/{playlist}"))[0]["detail"]!);
    }

    [Fact]
    public async Task Failed_requests_are_not_recorded()
    {
        var shared = await SharedPlatform.GetAsync();
        using var admin = await Dj.AdminAsync(shared.Platform);
        using var stranger = await Dj.RegisterAsync(shared.Platform);
        var id = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live");
        foreach (var (client, body) in new (HttpClient, object)[] { (stranger.Client, new { name = "Mine" }), (shared.Dj.Client, new { name = "" }), (shared.Dj.Client, new { mount = "/nothing" }) })
        {
            using var refused = await client.PatchAsJsonAsync($"/v1/streams/{id}", body);
            Assert.False(refused.IsSuccessStatusCode);
        }
        (await stranger.Client.DeleteAsync(new Uri($"/v1/streams/{id}", UriKind.Relative))).Dispose();
        Assert.Equal(["streams.register"], (await EntriesAsync(admin, $"resource=stream/{id}")).Select(entry => (string)entry["action"]!));
        Assert.DoesNotContain(await EntriesAsync(admin, $"actor={await stranger.IdAsync()}"), entry => ((string)entry["action"]!).StartsWith("streams.", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Reports_of_a_relay_are_not_recorded_even_if_somebody_has_just_started_it()
    {
        var shared = await SharedPlatform.GetAsync();
        using var admin = await Dj.AdminAsync(shared.Platform);
        await using var icecast = await IcecastServer.StartAsync();
        await icecast.AddSourceAsync("/titles", await Tone.Mp3Async());
        var id = await shared.Dj.AddStreamAsync(icecast.Url, "/titles");
        foreach (var enabled in new[] { false, true })
            (await shared.Dj.Client.PatchAsJsonAsync($"/v1/streams/{id}", new { enabled })).EnsureSuccessStatusCode();
        await shared.Dj.UntilAsync(id, "live", Deadline);
        (await shared.Dj.Client.PatchAsJsonAsync($"/v1/streams/{id}", new { genre = "Jazz" })).EnsureSuccessStatusCode();
        foreach (var title in new[] { "One", "Two" })
        {
            await icecast.SetTitleAsync("/titles", title);
            await Eventually.That(
                async () => (await shared.Dj.GetAsync($"/v1/streams/{id}/history"))["items"]!.AsArray().Any(track => (string)track!["title"]! == title), Deadline, $"{title} is written");
        }
        var entries = await EntriesAsync(admin, $"resource=stream/{id}");
        Assert.Equal(["genre", "enabled", "enabled", null], entries.Select(entry => (string?)entry["detail"]));
    }

    [Fact]
    public async Task Registrations_and_logins_are_recorded_for_the_account_but_refreshes_are_not()
    {
        var shared = await SharedPlatform.GetAsync();
        using var admin = await Dj.AdminAsync(shared.Platform);
        using var dj = await Dj.RegisterAsync(shared.Platform);
        using var refreshed = await shared.Platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = (string)dj.Tokens["refresh_token"]! });
        await refreshed.JsonAsync(HttpStatusCode.OK);
        var entries = await EntriesAsync(admin, $"resource=user/{await dj.IdAsync()}");
        Assert.Equal(["accounts.log_in", "accounts.register"], entries.Select(entry => (string)entry["action"]!));
        Assert.All(entries, entry => Assert.Equal(("anonymous", null), ((string)entry["actor_kind"]!, (Guid?)entry["actor_id"])));
    }

    [Fact]
    public async Task The_audit_trail_can_be_paged_and_filtered()
    {
        var shared = await SharedPlatform.GetAsync();
        using var admin = await Dj.AdminAsync(shared.Platform);
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var id = await dj.AddStreamAsync(shared.Icecast.Url, "/live");
        for (var i = 0; i < 4; i++)
            (await dj.Client.PatchAsJsonAsync($"/v1/streams/{id}", new { name = $"Name {i}" })).EnsureSuccessStatusCode();
        var me = await dj.IdAsync();
        var all = await EntriesAsync(admin, $"actor={me}");
        Assert.Equal(5, all.Count);
        Assert.Equal(4, (await EntriesAsync(admin, $"actor={me}&action=streams.update")).Count);
        Assert.Empty(await EntriesAsync(admin, $"actor={me}&action=streams.delete"));

        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var page = await admin.GetAsync($"/v1/admin/audit?actor={me}&limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page["items"]!.AsArray().Select(entry => (string)entry!["entry_id"]!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);
        Assert.Equal(all.Select(entry => (string)entry["entry_id"]!), seen);
    }

    [Theory]
    [InlineData("actor=me", "actor")]
    [InlineData("actor=", "actor")]
    [InlineData("resource=stream", "resource")]
    [InlineData("resource=stream/x%27y", "resource")]
    [InlineData("action=update", "action")]
    [InlineData("action=Streams.Update", "action")]
    public async Task A_malformed_filter_is_named(string query, string field)
    {
        using var admin = await Dj.AdminAsync((await SharedPlatform.GetAsync()).Platform);
        using var refused = await admin.Client.GetAsync(new Uri($"/v1/admin/audit?{query}", UriKind.Relative));
        Assert.Equal([field], (await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject().Select(error => error.Key));
    }

    [Fact]
    public async Task The_audit_trail_is_for_admins_only()
    {
        var shared = await SharedPlatform.GetAsync();
        var path = new Uri("/v1/admin/audit", UriKind.Relative);
        using var dj = await shared.Dj.Client.GetAsync(path);
        Assert.Equal("admin", (string)(await dj.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
        using var nobody = await shared.Platform.Client.GetAsync(path);
        await nobody.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Every_operation_has_a_unique_name()
    {
        var client = (await SharedPlatform.GetAsync()).Platform.Client;
        var document = JsonNode.Parse(await client.GetStringAsync(new Uri("/swagger/v1/swagger.json", UriKind.Relative)))!;
        var names = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(operation => (string?)operation.Value!["operationId"]).ToList();
        Assert.All(names, name => Assert.Matches(@"^[a-z_]+(\.[a-z0-9_]+)+$", name));
        Assert.Equal(names.Distinct(), names);
    }

    private static async Task<IReadOnlyList<JsonObject>> EntriesAsync(Dj admin, string query) =>
        [.. (await admin.GetAsync($"/v1/admin/audit?limit=200&{query}"))["items"]!.AsArray().Select(entry => entry!.AsObject())];
}
