using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.EndToEnd.Tests.Faults;

/// <summary>What listeners and DJs notice when something fails. Each test has its own platform to break.</summary>
[Collection("one platform after the other")]
public sealed class FaultTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_killed_ffmpeg_is_replaced_within_three_seconds_and_the_playlist_continues_after_a_discontinuity()
    {
        await using var scene = await Scene.StartAsync();
        var before = await scene.PlaylistAsync();
        var killed = TimeProvider.System.GetTimestamp();
        Signals.Send(Assert.Single(scene.ChildrenNamed("ffmpeg")), Signal.Kill);
        Playlist after = null!;
        await Eventually.That(
            async () => (after = await scene.PlaylistAsync()).Text.Contains("#EXT-X-DISCONTINUITY\n", StringComparison.Ordinal),
            TimeSpan.FromSeconds(3), "the playlist continues after a discontinuity");
        Assert.InRange(TimeProvider.System.GetElapsedTime(killed), TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.True(after.LastSequence > before.LastSequence);
        Assert.Equal(1, after.Text.Split("#EXT-X-DISCONTINUITY\n").Length - 1);
        // The playlist is updated before the database.
        await Eventually.That(
            async () => (await scene.TimelineAsync()).Any(entry => entry.Kind == "segmenter_restarted" && entry.Reason!.Contains("signal 9", StringComparison.Ordinal)),
            Deadline, "the timeline has the reason");
        Assert.Equal("live", await scene.StateAsync());
    }

    [Fact]
    public async Task A_source_that_drops_and_returns_is_back_within_two_segments()
    {
        await using var scene = await Scene.StartAsync();
        using var listener = await scene.ListenAsync();
        var before = await scene.PlaylistAsync();
        await scene.Icecast.RemoveSourceAsync("/live");
        await scene.UntilAsync("retrying");
        await scene.Icecast.AddSourceAsync("/live", await Tone.Mp3Async());
        var returned = TimeProvider.System.GetTimestamp();
        Playlist after = null!;
        await Eventually.That(
            async () => (after = await scene.PlaylistAsync()).Text.Contains("#EXT-X-DISCONTINUITY\n", StringComparison.Ordinal),
            TimeSpan.FromSeconds(12), "the source is back in the playlist within two segments");
        Assert.True(after.LastSequence > before.LastSequence, $"{TimeProvider.System.GetElapsedTime(returned)}");
        await listener.ReceivesMoreAsync();
        // Newest first: live again, after one retry or more.
        string[] kinds = [];
        await Eventually.That(async () => (kinds = [.. (await scene.TimelineAsync()).Select(entry => entry.Kind)])[0] == "live", Deadline, "the last entry of the timeline is live");
        Assert.Equal("live", kinds.Skip(1).SkipWhile(kind => kind == "retrying").First());
        Assert.Equal("retrying", kinds[1]);
    }

    [Fact]
    public async Task A_killed_platform_continues_where_it_was()
    {
        await using var scene = await Scene.StartAsync();
        await scene.Icecast.SetTitleAsync("/live", "Before the crash");
        await Eventually.That(async () => (await scene.HistoryAsync()).Contains("Before the crash"), Deadline, "the title is in the history");
        var before = await scene.PlaylistAsync();
        var children = scene.ChildrenNamed("ffmpeg");
        using var renamed = await scene.Dj.Client.PatchAsJsonAsync($"/v1/streams/{scene.StreamId}", new { name = "Acknowledged" });
        Assert.Equal(HttpStatusCode.OK, renamed.StatusCode);

        await scene.Platform.KillAsync();
        await Eventually.That(() => !children.Any(LiveProcess.Exists), TimeSpan.FromSeconds(2), "no ffmpeg process remains");
        await scene.Platform.StartAsync();

        await scene.UntilAsync("live"); // Without any request.
        Assert.Equal("Acknowledged", (string)(await scene.Dj.StatusAsync(scene.StreamId))["name"]!); // The token is still valid.
        Assert.Contains("Before the crash", await scene.HistoryAsync());
        var after = await scene.PlaylistAsync();
        Assert.True(after.FirstSequence > before.LastSequence, "sequence numbers never decrease");
        // The number never decreases and stays small, because players keep tables indexed by it.
        Assert.InRange(after.DiscontinuitySequence, before.DiscontinuitySequence + 1, 1000);
    }

    [Fact]
    public async Task While_the_database_is_down_listeners_stay_connected_and_writes_get_a_503()
    {
        await using var postgres = await PostgresServer.StartOwnAsync(durable: true);
        await using var scene = await Scene.StartAsync(new Dictionary<string, string?> { ["ConnectionStrings__Audio"] = await postgres.CreateDatabaseAsync() });
        using var listener = await scene.ListenAsync();
        await postgres.StopAsync();

        using var refused = await scene.Dj.Client.PatchAsJsonAsync($"/v1/streams/{scene.StreamId}", new { name = "Half-written?" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.Equal(503, (int)(await refused.Content.ReadFromJsonAsync<JsonObject>())!["code"]!);
        using var registration = await scene.Dj.Client.PostAsJsonAsync("/v1/streams", new { name = "x", shoutcast_url = scene.Icecast.Url, mount = "/live" });
        Assert.Equal(HttpStatusCode.ServiceUnavailable, registration.StatusCode);
        Assert.NotNull(registration.Headers.RetryAfter);
        using var ready = await scene.Platform.Client.GetAsync(new Uri("/readyz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        using var alive = await scene.Platform.Client.GetAsync(new Uri("/healthz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, alive.StatusCode);

        await listener.ReceivesMoreAsync();
        var before = await scene.PlaylistAsync();
        await scene.Icecast.SetTitleAsync("/live", "While the database was down");
        await Eventually.That(async () => (string?)(await scene.Dj.StatusAsync(scene.StreamId))["current_track"] == "While the database was down", Deadline, "the title is in the status nevertheless");
        await Eventually.That(async () => (await scene.PlaylistAsync()).LastSequence > before.LastSequence, Deadline, "the playlist continues");
        Assert.Equal("Test station", (string)(await scene.Dj.StatusAsync(scene.StreamId))["name"]!);

        await postgres.StartAsync();
        await Eventually.That(async () => (await scene.Dj.Client.PatchAsJsonAsync($"/v1/streams/{scene.StreamId}", new { name = "Written" })).IsSuccessStatusCode, Deadline, "writes work again");
        await Eventually.That(async () => (await scene.HistoryAsync()).Contains("While the database was down"), TimeSpan.FromSeconds(60), "the title reported meanwhile is in the history");
        await listener.ReceivesMoreAsync();
    }

    [Fact]
    public async Task A_killed_private_database_is_restarted_without_data_loss()
    {
        await using var scene = await Scene.StartAsync(new Dictionary<string, string?> { ["ConnectionStrings__Audio"] = "" });
        using var renamed = await scene.Dj.Client.PatchAsJsonAsync($"/v1/streams/{scene.StreamId}", new { name = "Acknowledged" });
        Assert.Equal(HttpStatusCode.OK, renamed.StatusCode);
        var killed = Assert.Single(scene.ChildrenNamed("postgres"));
        Signals.Send(killed, Signal.Kill);
        // Its sessions still respond until they notice the crash.
        await Eventually.That(() => scene.ChildrenNamed("postgres") is [var next] && next != killed, Deadline, "the server is restarted");
        await Eventually.That(async () => (await scene.Dj.Client.PatchAsJsonAsync($"/v1/streams/{scene.StreamId}", new { genre = "After" })).IsSuccessStatusCode, Deadline, "writes work again");
        var listed = (await scene.Dj.GetAsync("/v1/streams"))["items"]!.AsArray();
        Assert.Equal(("Acknowledged", "After"), ((string)listed[0]!["name"]!, (string)listed[0]!["genre"]!));
    }

    [Fact]
    public async Task Secrets_are_sealed_at_rest()
    {
        var database = await PostgresServer.NewDatabaseAsync();
        await using var scene = await Scene.StartAsync(new Dictionary<string, string?> { ["ConnectionStrings__Audio"] = database });
        await scene.Dj.AddStreamAsync(scene.Icecast.Url, "/live", more: new { stream_key = "listener:very-s3cret" });
        await using var connection = new Npgsql.NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand("select (select string_agg(state::text, ' ') from grain_state) || (select string_agg(sealed_key, ' ') from signing_keys)", connection);
        var everything = (string)(await command.ExecuteScalarAsync())!;
        Assert.Contains("sealed_key", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("very-s3cret", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", everything, StringComparison.Ordinal);
        Assert.DoesNotContain("MII", everything, StringComparison.Ordinal); // An unencrypted private key starts like this in Base64.
        Assert.Contains("$2b$12$", everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SIGTERM_stops_everything_within_ten_seconds_even_with_a_listener()
    {
        await using var scene = await Scene.StartAsync(new Dictionary<string, string?> { ["ConnectionStrings__Audio"] = "" });
        using var listener = await scene.ListenAsync();
        var children = scene.ChildrenNamed("ffmpeg").Concat(scene.ChildrenNamed("postgres")).ToArray();
        Assert.True(children.Length >= 2);
        var started = TimeProvider.System.GetTimestamp();
        var exit = await scene.Platform.StopAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Equal(0, exit.ExitCode);
        Assert.DoesNotContain(children, LiveProcess.Exists);

        await scene.Platform.StartAsync();
        await scene.UntilAsync("live");
    }

    [Fact]
    public async Task A_user_cannot_make_the_platform_connect_to_internal_addresses()
    {
        await using var canary = ScriptedSource.Sending("HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n", await File.ReadAllBytesAsync(await Tone.Mp3Async()));
        await using var elsewhere = ScriptedSource.Start(connection =>
            connection.SendAsync($"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:{canary.Url.Port}/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"));
        await using var closed = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Outbound__AllowedNetworks__0"] = "198.51.100.0/24" });
        using var dj = await Dj.RegisterAsync(closed);
        foreach (var host in new[] { "127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "10.0.0.1", "169.254.169.254", "[::ffff:169.254.169.254]" })
            await RefusedAsync(dj, $"http://{host}:{canary.Url.Port}/");
        Assert.Equal(0, canary.Connections);

        await using var half = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Outbound__AllowedNetworks__0"] = "127.0.0.1/32" });
        using var other = await Dj.RegisterAsync(half);
        await RefusedAsync(other, elsewhere.Url.ToString());
        Assert.Equal(0, canary.Connections);
    }

    private static async Task RefusedAsync(Dj dj, string url)
    {
        using var refused = await dj.Client.PostAsJsonAsync("/v1/streams", new { name = "x", shoutcast_url = url });
        var problem = (await refused.Content.ReadFromJsonAsync<JsonObject>())!;
        Assert.True(refused.StatusCode == HttpStatusCode.UnprocessableEntity, $"{url}: {problem}");
        Assert.Equal("forbidden_address", (string)problem["reason"]!);
    }
}
