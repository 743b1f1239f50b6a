using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.ApiKeys;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;
using Npgsql;

namespace AudioOrleans.Gateway.Tests.Accounts;

public sealed class ApiKeyTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_key_allows_only_what_its_scopes_allow()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var reader = await CreateAsync(dj, "streams:read");
        var writer = await CreateAsync(dj, "streams:write");
        using var registered = await SendAsync(shared.Platform, writer, HttpMethod.Post, "/v1/streams", new { name = "by key", shoutcast_url = shared.Icecast.Url, mount = "/live" });
        var id = (string)(await registered.JsonAsync(HttpStatusCode.Created))["stream_id"]!;
        using var seen = await SendAsync(shared.Platform, reader, HttpMethod.Get, $"/v1/streams/{id}/timeline");
        await seen.JsonAsync(HttpStatusCode.OK);
        using var refused = await SendAsync(shared.Platform, reader, HttpMethod.Patch, $"/v1/streams/{id}", new { name = "x" });
        Assert.Equal("streams:write", (string)(await refused.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
    }

    [Theory]
    [InlineData("GET", "/v1/api-keys")]
    [InlineData("POST", "/v1/api-keys")]
    [InlineData("DELETE", "/v1/api-keys/01900000-0000-7000-8000-000000000000")]
    [InlineData("POST", "/v1/users/me/password")]
    [InlineData("POST", "/v1/users/me/totp")]
    [InlineData("PATCH", "/v1/users/01900000-0000-7000-8000-000000000000")]
    public async Task A_key_cannot_extend_its_own_rights(string method, string path)
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        using var refused = await SendAsync(platform, await CreateAsync(dj, "streams:write"), new HttpMethod(method), path, new { name = "more", scopes = new[] { "streams:read" } });
        await refused.ProblemAsync(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_key_is_shown_once_listed_by_its_prefix_and_stored_as_a_hash()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var key = await CreateAsync(dj, "streams:read");
        var listed = (await dj.GetAsync("/v1/api-keys"))["items"]!.AsArray();
        var item = Assert.Single(listed)!.AsObject();
        Assert.StartsWith((string)item["prefix"]!, key, StringComparison.Ordinal);
        Assert.DoesNotContain("api_key", item.Select(member => member.Key));
        Assert.Null(item["last_used_at"]);

        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*) from grain_state where grain_type = 'api-keys' and state::text like '%' || @hash || '%'", connection);
        command.Parameters.AddWithValue("hash", OpaqueToken.Hash(key));
        Assert.Equal(1L, await command.ExecuteScalarAsync());
        command.Parameters[0].Value = key[12..];
        Assert.Equal(0L, await command.ExecuteScalarAsync());

        using var used = await SendAsync(platform, key, HttpMethod.Get, "/v1/health/auth");
        await used.JsonAsync(HttpStatusCode.OK);
        await Eventually.That(async () => (await dj.GetAsync("/v1/api-keys"))["items"]![0]!["last_used_at"] is not null, Deadline, "the use is recorded");
    }

    [Fact]
    public async Task A_revoked_key_is_invalid_at_once()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var key = await CreateAsync(dj, "streams:read");
        using var good = await SendAsync(platform, key, HttpMethod.Get, "/v1/health/auth");
        await good.JsonAsync(HttpStatusCode.OK);
        var id = (string)(await dj.GetAsync("/v1/api-keys"))["items"]![0]!["key_id"]!;
        using var revoked = await dj.Client.DeleteAsync(new Uri($"/v1/api-keys/{id}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);
        using var refused = await SendAsync(platform, key, HttpMethod.Get, "/v1/health/auth");
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
        using var again = await dj.Client.DeleteAsync(new Uri($"/v1/api-keys/{id}", UriKind.Relative));
        await again.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_key_expires_at_its_expiry_time()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var end = TimeProvider.System.GetUtcNow().AddSeconds(2);
        using var made = await dj.Client.PostAsJsonAsync("/v1/api-keys", new { name = "short", scopes = new[] { "streams:read" }, expires_at = end });
        var key = (string)(await made.JsonAsync(HttpStatusCode.Created))["api_key"]!;
        await Eventually.That(async () =>
        {
            using var answer = await SendAsync(platform, key, HttpMethod.Get, "/v1/health/auth");
            return answer.StatusCode == HttpStatusCode.Unauthorized;
        }, Deadline, "the key has expired");
        Assert.True(TimeProvider.System.GetUtcNow() >= end, "the key did not expire early");
    }

    [Fact]
    public async Task A_refused_request_for_a_key_names_every_invalid_field()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var listener = await Dj.RegisterAsync(platform, "listener");
        using var refused = await listener.Client.PostAsJsonAsync("/v1/api-keys", new { name = " ", scopes = new[] { "streams:write" }, expires_at = "2020-01-01T00:00:00Z" });
        Assert.Equal(["name", "scopes", "expires_at"], (await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject().Select(error => error.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("ao_")]
    [InlineData("ao_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("Bearer x")]
    public async Task A_made_up_key_is_refused(string key)
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var refused = await SendAsync(platform, key, HttpMethod.Get, "/v1/streams");
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_key_is_limited_to_the_current_rights_of_its_owner()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var admin = await Dj.AdminAsync(platform);
        var email = $"former.{Guid.NewGuid():N}@example.org";
        using var made = await admin.Client.PostAsJsonAsync("/v1/users", new { email, password = Dj.Password, role = "admin" });
        var id = (string)(await made.JsonAsync(HttpStatusCode.Created))["user_id"]!;
        using var former = await Dj.LogInAsync(platform, email);
        var key = await CreateAsync(former, "admin", "streams:write", "streams:read");
        using (var before = await SendAsync(platform, key, HttpMethod.Get, "/v1/users?limit=1"))
            await before.JsonAsync(HttpStatusCode.OK);
        // Not even an admin's key can create admins.
        using (var more = await SendAsync(platform, key, HttpMethod.Post, "/v1/users", new { email = "x" + email, password = Dj.Password, role = "admin" }))
            await more.ProblemAsync(HttpStatusCode.Forbidden);

        using var demoted = await admin.Client.PatchAsJsonAsync($"/v1/users/{id}", new { role = "listener" });
        await demoted.JsonAsync(HttpStatusCode.OK);
        using var list = await SendAsync(platform, key, HttpMethod.Get, "/v1/users?limit=1");
        Assert.Equal("admin", (string)(await list.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
        using var register = await SendAsync(platform, key, HttpMethod.Post, "/v1/streams", new { name = "x", shoutcast_url = "http://127.0.0.1" });
        Assert.Equal("streams:write", (string)(await register.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
        using var read = await SendAsync(platform, key, HttpMethod.Get, "/v1/streams?limit=1");
        await read.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_key_without_the_scope_sees_its_owners_streams_as_a_stranger_does()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var open = await dj.AddStreamAsync(shared.Icecast.Url, "/live");
        var hidden = await dj.AddStreamAsync(shared.Icecast.Url, "/live", more: new { visibility = "private" });
        var key = await CreateAsync(dj, "analytics:read");
        using var seen = await SendAsync(shared.Platform, key, HttpMethod.Get, $"/v1/streams/{open}");
        var stream = await seen.JsonAsync(HttpStatusCode.OK);
        Assert.Null(stream["relay_token"]);
        Assert.Null(stream["shoutcast_url"]);
        foreach (var path in new[] { "", "/status", "/live.m3u8", "/events" })
        {
            using var refused = await SendAsync(shared.Platform, key, HttpMethod.Get, $"/v1/streams/{hidden}{path}");
            Assert.Equal("streams:read", (string)(await refused.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
        }
        using var list = await SendAsync(shared.Platform, key, HttpMethod.Get, "/v1/streams?limit=200");
        Assert.DoesNotContain((await list.JsonAsync(HttpStatusCode.OK))["items"]!.AsArray(), item => (Guid)item!["stream_id"]! == hidden);
    }

    [Fact]
    public async Task Many_made_up_keys_are_refused_and_a_known_key_from_the_same_network_still_works()
    {
        await using var platform = await PlatformProcess.StartAsync();
        using var dj = await Dj.RegisterAsync(platform);
        var key = await CreateAsync(dj, "streams:read");
        using (var good = await SendAsync(platform, key, HttpMethod.Get, "/v1/health/auth"))
            await good.JsonAsync(HttpStatusCode.OK);
        for (var i = 0; i < 200; i++)
        {
            using var refused = await SendAsync(platform, ApiKeyToken.Create(Guid.NewGuid(), Guid.NewGuid()), HttpMethod.Get, "/v1/health/auth");
            await refused.ProblemAsync(HttpStatusCode.Unauthorized);
        }
        using var again = await SendAsync(platform, key, HttpMethod.Get, "/v1/health/auth");
        await again.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Keys_are_listed_in_pages_newest_first()
    {
        using var dj = await Dj.RegisterAsync((await SharedPlatform.GetAsync()).Platform);
        for (var i = 0; i < 5; i++)
            await CreateAsync(dj, "streams:read");
        List<string> ids = [], times = [];
        string? cursor = null;
        do
        {
            var page = await dj.GetAsync($"/v1/api-keys?limit=2{(cursor is null ? "" : $"&cursor={cursor}")}");
            ids.AddRange(page["items"]!.AsArray().Select(item => (string)item!["key_id"]!));
            times.AddRange(page["items"]!.AsArray().Select(item => (string)item!["created_at"]!));
            cursor = (string?)page["next_cursor"];
        }
        while (cursor is not null);
        Assert.Equal(5, ids.Count);
        Assert.Equal(5, ids.Distinct().Count());
        Assert.Equal(times.OrderDescending(StringComparer.Ordinal), times); // Two keys may have the same millisecond.
    }

    [Fact]
    public async Task Nobody_can_revoke_the_keys_of_others()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        using var other = await Dj.RegisterAsync(platform);
        await CreateAsync(dj, "streams:read");
        var id = (string)(await dj.GetAsync("/v1/api-keys"))["items"]![0]!["key_id"]!;
        using var refused = await other.Client.DeleteAsync(new Uri($"/v1/api-keys/{id}", UriKind.Relative));
        await refused.ProblemAsync(HttpStatusCode.NotFound);
        Assert.Single((await dj.GetAsync("/v1/api-keys"))["items"]!.AsArray());
    }

    private static async Task<string> CreateAsync(Dj dj, params string[] scopes)
    {
        using var made = await dj.Client.PostAsJsonAsync("/v1/api-keys", new { name = "tool", scopes });
        return (string)(await made.JsonAsync(HttpStatusCode.Created))["api_key"]!;
    }

    private static async Task<HttpResponseMessage> SendAsync(PlatformProcess platform, string key, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null || method == HttpMethod.Get ? null : JsonContent.Create(body) };
        request.Headers.TryAddWithoutValidation("X-Api-Key", key);
        return await platform.Client.SendAsync(request);
    }
}
