using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Accounts;

public sealed class AdminTests
{
    [Fact]
    public async Task Admins_list_all_accounts_in_pages_and_find_one_by_address()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var admin = await Dj.AdminAsync(platform);
        using var one = await Dj.RegisterAsync(platform);
        using var two = await Dj.RegisterAsync(platform, "listener");
        List<string> emails = [];
        for (string? cursor = null, path = "/v1/users?limit=2"; path is not null; path = cursor is null ? null : $"/v1/users?limit=2&cursor={cursor}")
        {
            var page = await admin.GetAsync(path);
            emails.AddRange(page["items"]!.AsArray().Select(item => (string)item!["email"]!));
            cursor = (string?)page["next_cursor"];
        }
        Assert.Equal(emails.Distinct(), emails);
        Assert.Superset(new HashSet<string> { one.Email, two.Email, Dj.AdminEmail }, emails.ToHashSet());

        var found = (await admin.GetAsync($"/v1/users?email={two.Email.ToUpperInvariant()}"))["items"]!.AsArray();
        Assert.Equal("listener", (string)Assert.Single(found)!["role"]!);
    }

    [Fact]
    public async Task Other_users_cannot_list_see_or_change_accounts()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        using var other = await Dj.RegisterAsync(platform);
        var id = await other.IdAsync();
        using var list = await dj.Client.GetAsync(new Uri("/v1/users", UriKind.Relative));
        Assert.Equal("admin", (string)(await list.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
        using var add = await dj.Client.PostAsJsonAsync("/v1/users", new { email = "x@example.org", password = Dj.Password });
        Assert.Equal("admin", (string)(await add.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
        using var foreign = await dj.Client.GetAsync(new Uri($"/v1/users/{id}", UriKind.Relative));
        await foreign.ProblemAsync(HttpStatusCode.Forbidden);
        using var rename = await dj.Client.PatchAsJsonAsync($"/v1/users/{id}", new { name = "mine now" });
        await rename.ProblemAsync(HttpStatusCode.Forbidden);
        using var promote = await dj.Client.PatchAsJsonAsync($"/v1/users/{await dj.IdAsync()}", new { role = "admin" });
        await promote.ProblemAsync(HttpStatusCode.Forbidden);
        using var keys = await dj.Client.PostAsJsonAsync("/v1/admin/signing-keys", new { revoke_old = true });
        Assert.Equal("admin", (string)(await keys.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
    }

    [Fact]
    public async Task Owners_can_change_their_name_and_get_the_changed_fields()
    {
        using var dj = await Dj.RegisterAsync((await SharedPlatform.GetAsync()).Platform);
        var id = await dj.IdAsync();
        using var renamed = await dj.Client.PatchAsJsonAsync($"/v1/users/{id}", new { name = "DJ Åsa" });
        Assert.Equal(["name"], (await renamed.JsonAsync(HttpStatusCode.OK))["updated_fields"]!.AsArray().Select(field => (string)field!));
        Assert.Equal("DJ Åsa", (string)(await dj.GetAsync($"/v1/users/{id}"))["name"]!);
        using var again = await dj.Client.PatchAsJsonAsync($"/v1/users/{id}", new { name = "DJ Åsa" });
        Assert.Empty((await again.JsonAsync(HttpStatusCode.OK))["updated_fields"]!.AsArray());
        using var control = await dj.Client.PatchAsJsonAsync($"/v1/users/{id}", new { name = "a\u0007b" });
        Assert.NotNull((await control.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["name"]);
    }

    [Fact]
    public async Task A_change_of_role_ends_the_old_tokens_and_a_refresh_has_the_new_scopes()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var admin = await Dj.AdminAsync(platform);
        using var dj = await Dj.RegisterAsync(platform);
        using var changed = await admin.Client.PatchAsJsonAsync($"/v1/users/{await dj.IdAsync()}", new { role = "listener" });
        await changed.JsonAsync(HttpStatusCode.OK);
        using var refused = await dj.Client.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
        using var refreshed = await platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = (string)dj.Tokens["refresh_token"]! });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/streams") { Content = JsonContent.Create(new { name = "x", shoutcast_url = "http://127.0.0.1" }) };
        request.Headers.Authorization = new("Bearer", (string)(await refreshed.JsonAsync(HttpStatusCode.OK))["access_token"]!);
        using var forbidden = await platform.Client.SendAsync(request);
        Assert.Equal("streams:write", (string)(await forbidden.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
    }

    [Fact]
    public async Task A_disabled_account_loses_all_access_at_once_and_regains_it_when_it_is_enabled()
    {
        var shared = await SharedPlatform.GetAsync();
        using var admin = await Dj.AdminAsync(shared.Platform);
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var id = await dj.IdAsync();
        using var key = await dj.Client.PostAsJsonAsync("/v1/api-keys", new { name = "tool", scopes = new[] { "streams:read" } });
        var apiKey = (string)(await key.JsonAsync(HttpStatusCode.Created))["api_key"]!;
        var hidden = await shared.Dj.AddStreamAsync(shared.Icecast.Url, "/live", more: new { visibility = "members" });
        await shared.Dj.UntilAsync(hidden, "live", TimeSpan.FromSeconds(30));
        using var media = await dj.Client.PostAsJsonAsync($"/v1/streams/{hidden}/media-token", new { });
        var mediaUrl = (string)(await media.JsonAsync(HttpStatusCode.Created))["stream_urls"]!["mp3"]!;
        using var listening = await shared.Platform.Client.GetAsync(new Uri(mediaUrl, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.OK, listening.StatusCode);
        using var events = await dj.Client.GetAsync(new Uri($"/v1/streams/{hidden}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);

        using var disabled = await admin.Client.PatchAsJsonAsync($"/v1/users/{id}", new { disabled = true });
        await disabled.JsonAsync(HttpStatusCode.OK);
        using var token = await dj.Client.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
        await token.ProblemAsync(HttpStatusCode.Unauthorized);
        using var byKey = await SendWithKeyAsync(shared.Platform, apiKey);
        await byKey.ProblemAsync(HttpStatusCode.Unauthorized);
        using var refresh = await shared.Platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = (string)dj.Tokens["refresh_token"]! });
        await refresh.ProblemAsync(HttpStatusCode.Unauthorized);
        using var login = await shared.Platform.Client.PostAsJsonAsync("/v1/auth/login", new { email = dj.Email, password = Dj.Password });
        await login.ProblemAsync(HttpStatusCode.Forbidden);
        using var byMedia = await shared.Platform.Client.GetAsync(new Uri(mediaUrl, UriKind.Relative));
        await byMedia.ProblemAsync(HttpStatusCode.Unauthorized);
        await EndsAsync(listening, "audio");
        await EndsAsync(events, "events");

        using var enabled = await admin.Client.PatchAsJsonAsync($"/v1/users/{id}", new { disabled = false });
        await enabled.JsonAsync(HttpStatusCode.OK);
        using var back = await Dj.LogInAsync(shared.Platform, dj.Email);
        using var keyAgain = await SendWithKeyAsync(shared.Platform, apiKey);
        await keyAgain.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_streams_of_a_disabled_account_are_disabled_and_come_back_with_it()
    {
        var shared = await SharedPlatform.GetAsync();
        using var admin = await Dj.AdminAsync(shared.Platform);
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var id = await dj.IdAsync();
        var stream = await dj.AddStreamAsync(shared.Icecast.Url, "/live");
        await admin.UntilAsync(stream, "live", TimeSpan.FromSeconds(30));
        using var listening = await shared.Platform.Client.GetAsync(new Uri($"/v1/streams/{stream}/live.mp3", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.True(await IsListedAsync());

        using var disabled = await admin.Client.PatchAsJsonAsync($"/v1/users/{id}", new { disabled = true });
        await disabled.JsonAsync(HttpStatusCode.OK);
        Assert.Equal("disabled", (string)(await admin.StatusAsync(stream))["state"]!);
        await EndsAsync(listening, "audio");
        await Eventually.That(async () =>
        {
            using var answer = await shared.Platform.Client.GetAsync(new Uri($"/v1/streams/{stream}/live.m3u8", UriKind.Relative));
            return answer.StatusCode == HttpStatusCode.NotFound;
        }, TimeSpan.FromSeconds(10), "the playlist is gone");
        Assert.False(await IsListedAsync());
        using var switchedOn = await admin.Client.PatchAsJsonAsync($"/v1/streams/{stream}", new { enabled = false });
        using var switchedOff = await admin.Client.PatchAsJsonAsync($"/v1/streams/{stream}", new { enabled = true });
        Assert.Equal("disabled", (string)(await admin.StatusAsync(stream))["state"]!); // The state of the account takes precedence.

        using var enabled = await admin.Client.PatchAsJsonAsync($"/v1/users/{id}", new { disabled = false });
        await enabled.JsonAsync(HttpStatusCode.OK);
        await admin.UntilAsync(stream, "live", TimeSpan.FromSeconds(30));
        Assert.True(await IsListedAsync());

        async Task<bool> IsListedAsync() =>
            (await shared.Platform.Client.GetFromJsonAsync<JsonObject>("/v1/streams?limit=200"))!["items"]!.AsArray().Any(item => (Guid)item!["stream_id"]! == stream);
    }

    [Fact]
    public async Task Changes_by_admins_to_accounts_are_recorded_in_the_audit_trail()
    {
        var shared = await SharedPlatform.GetAsync();
        using var admin = await Dj.AdminAsync(shared.Platform);
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var id = await dj.IdAsync();
        using var changed = await admin.Client.PatchAsJsonAsync($"/v1/users/{id}", new { role = "listener", disabled = true });
        await changed.JsonAsync(HttpStatusCode.OK);
        var entry = (await admin.GetAsync($"/v1/admin/audit?resource=user/{id}&action=users.update"))["items"]!.AsArray().Single()!;
        Assert.Equal(await admin.IdAsync(), (Guid)entry["actor_id"]!);
        Assert.Equal("role: dj -> listener, disabled", (string)entry["detail"]!);
    }

    [Fact]
    public async Task Of_several_concurrent_changes_to_an_account_only_one_succeeds()
    {
        var shared = await SharedPlatform.GetAsync();
        using var admin = await Dj.AdminAsync(shared.Platform);
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var path = $"/v1/users/{await dj.IdAsync()}";
        using var seen = await admin.Client.GetAsync(new Uri(path, UriKind.Relative));
        var tag = seen.Headers.ETag!;
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(async i =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(new { name = $"name {i}" }) };
            request.Headers.IfMatch.Add(tag);
            return await admin.Client.SendAsync(request);
        }));
        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.OK);
        Assert.Equal(3, answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed));
        using var known = new HttpRequestMessage(HttpMethod.Get, path);
        known.Headers.IfNoneMatch.Add(answers.Single(answer => answer.StatusCode == HttpStatusCode.OK).Headers.ETag!);
        using var notModified = await admin.Client.SendAsync(known);
        Assert.Equal(HttpStatusCode.NotModified, notModified.StatusCode);
    }

    [Fact]
    public async Task Admins_cannot_lock_themselves_out()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var admin = await Dj.AdminAsync(platform);
        foreach (var change in new object[] { new { disabled = true }, new { role = "dj" } })
        {
            using var refused = await admin.Client.PatchAsJsonAsync($"/v1/users/{await admin.IdAsync()}", change);
            await refused.ProblemAsync(HttpStatusCode.Conflict);
        }
    }

    [Fact]
    public async Task Admins_can_create_admins()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var admin = await Dj.AdminAsync(platform);
        var email = $"second.{Guid.NewGuid():N}@example.org";
        using var made = await admin.Client.PostAsJsonAsync("/v1/users", new { email, password = Dj.Password, role = "admin" });
        var account = await made.JsonAsync(HttpStatusCode.Created);
        Assert.Equal($"/v1/users/{(string)account["user_id"]!}", made.Headers.Location!.ToString());
        using var second = await Dj.LogInAsync(platform, email);
        await second.GetAsync("/v1/users?limit=1");
    }

    [Fact]
    public async Task The_operator_socket_can_create_an_admin_without_an_account()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        var socket = Path.Combine(platform.DataFolder, "run", "operator.sock");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(socket)!));
        using var client = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, token) =>
            {
                var connection = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await connection.ConnectAsync(new UnixDomainSocketEndPoint(socket), token);
                return new NetworkStream(connection, ownsSocket: true);
            },
        }) { BaseAddress = new Uri("http://operator") };
        var email = $"operator.{Guid.NewGuid():N}@example.org";
        using var made = await client.PostAsJsonAsync("/v1/users", new { email, password = Dj.Password, role = "admin" });
        await made.JsonAsync(HttpStatusCode.Created);
        using var admin = await Dj.LogInAsync(platform, email);
        await admin.GetAsync("/v1/users?limit=1");
        using var own = await client.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
        await own.ProblemAsync(HttpStatusCode.Forbidden); // The operator has no account.
    }

    private static async Task EndsAsync(HttpResponseMessage response, string what)
    {
        await using var body = await response.Content.ReadAsStreamAsync();
        await Eventually.Ends(DrainAsync(), TimeSpan.FromSeconds(10), $"the {what} end");

        async Task DrainAsync()
        {
            var buffer = new byte[65536];
            try
            {
                while (await body.ReadAsync(buffer) > 0)
                {
                }
            }
            catch (Exception cut) when (cut is IOException or HttpRequestException)
            {
                // The connection was aborted, as expected.
            }
        }
    }

    private static async Task<HttpResponseMessage> SendWithKeyAsync(PlatformProcess platform, string apiKey)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/health/auth");
        request.Headers.Add("X-Api-Key", apiKey);
        return await platform.Client.SendAsync(request);
    }
}
