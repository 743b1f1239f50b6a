using System.Net;
using System.Net.Http.Json;
using System.Text;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using AudioOrleans.Testing.Platforms;
using Npgsql;

namespace AudioOrleans.Gateway.Tests.Operations;

public sealed class IdempotencyTests
{
    private readonly string _key = $"key-{Guid.NewGuid():N}";

    [Fact]
    public async Task A_repeat_gets_the_first_response_byte_by_byte()
    {
        var shared = await SharedPlatform.GetAsync();
        using var first = await SendAsync(shared.Dj.Client, "/v1/streams", Station(shared), _key);
        var body = await first.Content.ReadAsByteArrayAsync();
        Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        // The same content in another notation.
        using var content = new StringContent(
            $$"""{ "mount": "/live", "genre": null, "shoutcast_url": "{{shared.Icecast.Url.OriginalString}}", "name": "Once" }""", Encoding.UTF8, "application/json");
        using var repeat = await SendAsync(shared.Dj.Client, "/v1/streams", content, _key);
        Assert.Equal(body, await repeat.Content.ReadAsByteArrayAsync());
        Assert.Equal(HttpStatusCode.Created, repeat.StatusCode);
        Assert.Equal("true", repeat.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(first.Headers.Location, repeat.Headers.Location);
        Assert.NotNull(first.Headers.ETag);
        Assert.Equal(first.Headers.ETag, repeat.Headers.ETag);
        Assert.Equal(first.Content.Headers.ContentType, repeat.Content.Headers.ContentType);
        Assert.NotEqual(first.Headers.GetValues("X-Request-Id").Single(), repeat.Headers.GetValues("X-Request-Id").Single());
    }

    [Fact]
    public async Task Another_body_or_route_under_the_same_key_is_a_conflict()
    {
        var shared = await SharedPlatform.GetAsync();
        using var first = await SendAsync(shared.Dj.Client, "/v1/streams", Station(shared), _key);
        await first.JsonAsync(HttpStatusCode.Created);
        using var other = await SendAsync(shared.Dj.Client, "/v1/streams", Station(shared, "Another"), _key);
        await other.ProblemAsync(HttpStatusCode.Conflict);
        using var route = await SendAsync(shared.Dj.Client, "/v1/auth/register", Account(), _key);
        await route.ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Parallel_requests_with_one_key_create_one_stream_and_get_the_same_response()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var answers = await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            using var response = await SendAsync(dj.Client, "/v1/streams", Station(shared, "Raced"), _key);
            return (response.StatusCode, Body: await response.Content.ReadAsStringAsync(), Replayed: response.Headers.Contains("Idempotency-Replayed"));
        }));
        Assert.All(answers, answer => Assert.Equal((HttpStatusCode.Created, answers[0].Body), (answer.StatusCode, answer.Body)));
        Assert.Single(answers, answer => !answer.Replayed);
        Assert.Equal(1, await CountStreamsAsync(dj, "Raced"));
    }

    [Fact]
    public async Task Two_accounts_may_use_the_same_key()
    {
        var shared = await SharedPlatform.GetAsync();
        using var other = await Dj.RegisterAsync(shared.Platform);
        using var first = await SendAsync(shared.Dj.Client, "/v1/streams", Station(shared), _key);
        using var second = await SendAsync(other.Client, "/v1/streams", Station(shared), _key);
        Assert.NotEqual((string)(await first.JsonAsync(HttpStatusCode.Created))["stream_id"]!, (string)(await second.JsonAsync(HttpStatusCode.Created))["stream_id"]!);
    }

    [Fact]
    public async Task A_refused_request_releases_its_key()
    {
        var shared = await SharedPlatform.GetAsync();
        using var invalid = await SendAsync(shared.Dj.Client, "/v1/streams", Station(shared, ""), _key);
        await invalid.ProblemAsync(HttpStatusCode.BadRequest);
        using var nothing = await SendAsync(shared.Dj.Client, "/v1/streams", JsonContent.Create(new { name = "Once", shoutcast_url = $"http://127.0.0.1:{FreePort.Next()}" }), _key);
        await nothing.ProblemAsync(HttpStatusCode.UnprocessableEntity);
        using var corrected = await SendAsync(shared.Dj.Client, "/v1/streams", Station(shared), _key);
        await corrected.JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task An_account_is_created_once_and_the_repeat_is_not_a_duplicate()
    {
        var client = (await SharedPlatform.GetAsync()).Platform.Client;
        using var account = Account();
        var text = await account.ReadAsStringAsync();
        using var first = await SendAsync(client, "/v1/auth/register", Json(text), _key);
        var made = await first.JsonAsync(HttpStatusCode.Created);
        using var repeat = await SendAsync(client, "/v1/auth/register", Json(text), _key);
        Assert.Equal(made.ToJsonString(), (await repeat.JsonAsync(HttpStatusCode.Created)).ToJsonString());
        using var without = await client.PostAsync(new Uri("/v1/auth/register", UriKind.Relative), Json(text));
        await without.ProblemAsync(HttpStatusCode.Conflict);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("ümlaut")]
    [InlineData(null)]
    public async Task An_invalid_key_is_named(string? key)
    {
        var shared = await SharedPlatform.GetAsync();
        using var client = new HttpClient(new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 }) { BaseAddress = shared.Platform.Url };
        client.DefaultRequestHeaders.Authorization = shared.Dj.Client.DefaultRequestHeaders.Authorization;
        using var refused = await SendAsync(client, "/v1/streams", Station(shared), key ?? new string('k', 256));
        Assert.NotNull((await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["Idempotency-Key"]);
    }

    [Fact]
    public async Task The_longest_key_is_accepted_and_two_keys_are_refused()
    {
        var shared = await SharedPlatform.GetAsync();
        using var longest = await SendAsync(shared.Dj.Client, "/v1/streams", Station(shared, ""), _key.PadRight(255, '~'));
        Assert.Null((await longest.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["Idempotency-Key"]);
        using var request = Request("/v1/streams", Station(shared), _key);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "another");
        using var two = await shared.Dj.Client.SendAsync(request);
        Assert.NotNull((await two.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["Idempotency-Key"]);
    }

    [Fact]
    public async Task The_stored_response_reveals_neither_token_nor_password()
    {
        var shared = await SharedPlatform.GetAsync();
        using var registered = await SendAsync(shared.Dj.Client, "/v1/streams", Station(shared), _key);
        var token = (string)(await registered.JsonAsync(HttpStatusCode.Created))["relay_token"]!;
        await using var connection = new NpgsqlConnection(shared.Platform.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select k::text from operations k where key = @key", connection);
        command.Parameters.AddWithValue("key", _key);
        var row = (string)(await command.ExecuteScalarAsync())!;
        Assert.Contains((string)(await registered.JsonAsync(HttpStatusCode.Created))["stream_id"]!, row, StringComparison.Ordinal);
        Assert.DoesNotContain(token, row, StringComparison.Ordinal);
        Assert.DoesNotContain("relay_token", row, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(token))[..12], row, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repeat_after_a_crash_creates_one_stream_with_the_stored_id()
    {
        var audio = await File.ReadAllBytesAsync(await Tone.Mp3Async());
        var answers = new TaskCompletionSource();
        await using var source = ScriptedSource.Start(async connection =>
        {
            // The source does not answer the first probe.
            if (!answers.Task.IsCompleted)
                await connection.BeSilentAsync();
            if (connection.IsStatusPage)
                return;
            await connection.SendAsync("HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n");
            await connection.SendForEverAsync(audio, 16_000);
        });
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Idempotency__Lease"] = "00:00:02" });
        using var dj = await Dj.RegisterAsync(platform);
        JsonContent Body() => JsonContent.Create(new { name = "Crashed", shoutcast_url = source.Url });
        var lost = SendAsync(dj.Client, "/v1/streams", Body(), _key);
        await Eventually.That(() => source.Connections > 0, TimeSpan.FromSeconds(10), "the source is being probed");
        await platform.KillAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => lost);
        var kept = await ScalarAsync(platform, "select operation_id::text from operations where key = @key");

        answers.SetResult();
        await platform.StartAsync();
        using var repeat = await SendAsync(dj.Client, "/v1/streams", Body(), _key);
        Assert.Equal(kept, (string)(await repeat.JsonAsync(HttpStatusCode.Created))["stream_id"]!);
        Assert.Equal(1, await CountStreamsAsync(dj, "Crashed"));
    }

    [Fact]
    public async Task A_client_that_disconnected_gets_the_whole_response_later()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var audio = await File.ReadAllBytesAsync(await Tone.Mp3Async());
        var gone = new TaskCompletionSource();
        await using var source = ScriptedSource.Start(async connection =>
        {
            if (connection.IsStatusPage)
                return;
            await gone.Task;
            await connection.SendAsync("HTTP/1.0 200 OK\r\nContent-Type: audio/mpeg\r\n\r\n");
            await connection.SendForEverAsync(audio, 16_000);
        });
        JsonContent Body() => JsonContent.Create(new { name = "Hung up", shoutcast_url = source.Url });
        using var disconnect = new CancellationTokenSource();
        using var request = Request("/v1/streams", Body(), _key);
        var lost = dj.Client.SendAsync(request, disconnect.Token);
        await Eventually.That(() => source.Connections > 0, TimeSpan.FromSeconds(10), "the source is being probed");
        await disconnect.CancelAsync();
        await Assert.ThrowsAsync<TaskCanceledException>(() => lost);
        gone.SetResult();

        using var repeat = await SendAsync(dj.Client, "/v1/streams", Body(), _key);
        Assert.True(repeat.Headers.Contains("Idempotency-Replayed"));
        Assert.NotNull((string?)(await repeat.JsonAsync(HttpStatusCode.Created))["relay_token"]);
        (await dj.Client.DeleteAsync(repeat.Headers.Location)).EnsureSuccessStatusCode();
    }

    [Fact]
    public async Task A_repeat_after_a_crash_before_the_response_gets_the_stream_that_was_created()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        using var first = await SendAsync(dj.Client, "/v1/streams", Station(shared, "Made"), _key);
        var body = await first.Content.ReadAsStringAsync();
        // The state of the table after a crash: the work is done, its response was not stored, and the lease has expired.
        await ScalarAsync(shared.Platform, "update operations set sealed_answer = null, lease_until = now() - interval '1 minute' where key = @key returning key");
        using var repeat = await SendAsync(dj.Client, "/v1/streams", Station(shared, "Made"), _key);
        Assert.Equal(body, await repeat.Content.ReadAsStringAsync());
        Assert.False(repeat.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(1, await CountStreamsAsync(dj, "Made"));
    }

    private static JsonContent Station(SharedPlatform shared, string name = "Once") =>
        JsonContent.Create(new { name, shoutcast_url = shared.Icecast.Url, mount = "/live" });

    private static JsonContent Account() => JsonContent.Create(new { email = $"{Guid.NewGuid():N}@example.org", password = "correct horse 1!" });

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static HttpRequestMessage Request(string path, HttpContent content, string key)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return request;
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient client, string path, HttpContent content, string key)
    {
        using var request = Request(path, content, key);
        return await client.SendAsync(request);
    }

    private async Task<string> ScalarAsync(PlatformProcess platform, string sql)
    {
        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.AddWithValue("key", _key);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<int> CountStreamsAsync(Dj dj, string name)
    {
        var me = await dj.IdAsync();
        var items = (await dj.GetAsync("/v1/streams?limit=200"))["items"]!.AsArray();
        return items.Count(item => (Guid)item!["owner_id"]! == me && (string)item["name"]! == name);
    }
}
