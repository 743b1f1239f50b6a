using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Accounts;

public sealed class SessionTests
{
    [Fact]
    public async Task Logging_out_also_ends_the_access_token_and_keeps_other_sessions()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var one = await Dj.RegisterAsync(platform);
        using var other = await Dj.LogInAsync(platform, one.Email);
        await one.IdAsync();
        using var logout = await one.Client.PostAsJsonAsync("/v1/auth/logout", new { refresh_token = (string)one.Tokens["refresh_token"]! });
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        using var refused = await one.Client.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
        Assert.Contains("invalid_token", refused.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        await other.IdAsync();
    }

    [Fact]
    public async Task The_replay_of_a_refresh_token_ends_the_access_tokens_of_its_session()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var first = (string)dj.Tokens["refresh_token"]!;
        using var refreshed = await platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = first });
        Assert.Equal(HttpStatusCode.OK, refreshed.StatusCode);
        await dj.IdAsync();
        using var replayed = await platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = first });
        await replayed.ProblemAsync(HttpStatusCode.Unauthorized);
        using var refused = await dj.Client.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_change_of_password_ends_all_sessions_and_opens_a_new_one()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        using var other = await Dj.LogInAsync(platform, dj.Email);
        using var changed = await dj.Client.PostAsJsonAsync("/v1/users/me/password", new { current_password = Dj.Password, new_password = "another horse 2!" });
        var tokens = await changed.JsonAsync(HttpStatusCode.OK);
        foreach (var old in new[] { dj, other })
        {
            using var refused = await old.Client.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
            await refused.ProblemAsync(HttpStatusCode.Unauthorized);
            using var refresh = await platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = (string)old.Tokens["refresh_token"]! });
            await refresh.ProblemAsync(HttpStatusCode.Unauthorized);
        }
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/users/me");
        request.Headers.Authorization = new("Bearer", (string)tokens["access_token"]!);
        using var me = await platform.Client.SendAsync(request);
        Assert.Equal(dj.Email, (string)(await me.JsonAsync(HttpStatusCode.OK))["email"]!);

        using var withOld = await platform.Client.PostAsJsonAsync("/v1/auth/login", new { email = dj.Email, password = Dj.Password });
        await withOld.ProblemAsync(HttpStatusCode.Unauthorized);
        using var withNew = await platform.Client.PostAsJsonAsync("/v1/auth/login", new { email = dj.Email, password = "another horse 2!" });
        await withNew.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_holder_of_a_token_cannot_guess_the_password()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await dj.Client.PostAsJsonAsync("/v1/users/me/password", new { current_password = "guess", new_password = "another horse 2!" });
            Assert.NotNull((await wrong.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["current_password"]);
        }
        using var paused = await dj.Client.PostAsJsonAsync("/v1/users/me/password", new { current_password = Dj.Password, new_password = "another horse 2!" });
        await paused.ProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.NotNull(paused.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_new_password_that_breaks_rules_is_refused_and_each_rule_is_reported()
    {
        using var dj = await Dj.RegisterAsync((await SharedPlatform.GetAsync()).Platform);
        using var refused = await dj.Client.PostAsJsonAsync("/v1/users/me/password", new { current_password = Dj.Password, new_password = "abc" });
        var errors = (await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject();
        Assert.Equal(3, errors["new_password"]!.AsArray().Count);
        await dj.IdAsync();
    }

    [Fact]
    public async Task Logging_out_everywhere_ends_every_session()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var one = await Dj.RegisterAsync(platform);
        using var other = await Dj.LogInAsync(platform, one.Email);
        using var ended = await one.Client.DeleteAsync(new Uri("/v1/users/me/sessions", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, ended.StatusCode);
        foreach (var dj in new[] { one, other })
        {
            using var refused = await dj.Client.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
            await refused.ProblemAsync(HttpStatusCode.Unauthorized);
        }
    }

    [Fact]
    public async Task An_invalid_token_is_refused_on_public_routes_too()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/streams");
        request.Headers.Authorization = new("Bearer", "not.a.token");
        using var refused = await platform.Client.SendAsync(request);
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task When_an_admin_revokes_the_old_keys_a_new_key_signs_and_old_tokens_end()
    {
        await using var platform = await PlatformProcess.StartAsync();
        using var admin = await Dj.AdminAsync(platform);
        using var dj = await Dj.RegisterAsync(platform);

        using var early = await admin.Client.PostAsJsonAsync("/v1/admin/signing-keys", new { });
        var published = await early.JsonAsync(HttpStatusCode.Created);
        Assert.Contains((string)published["kid"]!, await KeyIdsAsync(platform));
        await dj.IdAsync(); // The new key is published, and tokens signed with the old one are still valid.

        using var theft = await admin.Client.PostAsJsonAsync("/v1/admin/signing-keys", new { revoke_old = true });
        var fresh = await theft.JsonAsync(HttpStatusCode.Created);
        Assert.Equal([(string)fresh["kid"]!], await KeyIdsAsync(platform));
        using var refused = await dj.Client.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
        using var refreshed = await platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = (string)dj.Tokens["refresh_token"]! });
        var tokens = await refreshed.JsonAsync(HttpStatusCode.OK);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/users/me");
        request.Headers.Authorization = new("Bearer", (string)tokens["access_token"]!);
        using var me = await platform.Client.SendAsync(request);
        await me.JsonAsync(HttpStatusCode.OK);
    }

    private static async Task<List<string>> KeyIdsAsync(PlatformProcess platform)
    {
        var keys = (await platform.Client.GetFromJsonAsync<JsonObject>("/.well-known/jwks.json"))!["keys"]!.AsArray();
        return [.. keys.Select(key => (string)key!["kid"]!)];
    }
}
