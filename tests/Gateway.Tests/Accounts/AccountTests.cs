using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Accounts;

public sealed class AccountTests
{
    [Fact]
    public async Task A_registered_account_can_log_in()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        var email = NewEmail();
        using var registered = await platform.Client.PostAsJsonAsync("/v1/auth/register", new { email = $"  {email.ToUpperInvariant()} ", password = "longenough1!", name = "Åsa" });
        var account = await registered.JsonAsync(HttpStatusCode.Created);
        Assert.Equal(email, (string)account["email"]!);
        Assert.Equal("dj", (string)account["role"]!);

        using var login = await platform.Client.PostAsJsonAsync("/v1/auth/login", new { email, password = "longenough1!" });
        var tokens = await login.JsonAsync(HttpStatusCode.OK);
        Assert.Equal("Bearer", (string)tokens["token_type"]!);
        Assert.Equal(86400, (int)tokens["expires_in"]!);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/health/auth");
        request.Headers.Authorization = new("Bearer", (string)tokens["access_token"]!);
        using var health = await platform.Client.SendAsync(request);
        var body = await health.JsonAsync(HttpStatusCode.OK);
        Assert.Equal((string)account["user_id"]!, (string)body["user_id"]!);
    }

    [Fact]
    public async Task A_registered_address_is_refused_regardless_of_case()
    {
        var shared = await SharedPlatform.GetAsync();
        using var again = await shared.Platform.Client.PostAsJsonAsync("/v1/auth/register", new { email = shared.Dj.Email.ToUpperInvariant(), password = "longenough1!" });
        await again.ProblemAsync(HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task A_thousand_concurrent_registrations_of_one_address_create_one_account()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        var email = NewEmail();
        var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => platform.Client.PostAsJsonAsync("/v1/auth/register", new { email, password = "longenough1!" })));
        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.Created));
        Assert.Equal(999, answers.Count(answer => answer.StatusCode == HttpStatusCode.Conflict));
    }

    [Fact]
    public async Task Every_broken_password_rule_is_reported()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var refused = await platform.Client.PostAsJsonAsync("/v1/auth/register", new { email = "no address", password = "abc", role = "admin" });
        var errors = (await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject();
        Assert.Equal(["Expected at least 8 characters.", "Expected a digit.", "Expected a special character."], errors["password"]!.AsArray().Select(message => (string)message!));
        Assert.Single(errors["email"]!.AsArray());
        Assert.Single(errors["role"]!.AsArray());
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_address_get_the_same_response_and_the_sixth_attempt_has_to_wait()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        foreach (var email in new[] { dj.Email, NewEmail() })
        {
            JsonObject? first = null;
            for (var failure = 1; failure <= 5; failure++)
            {
                using var refused = await shared.Platform.Client.PostAsJsonAsync("/v1/auth/login", new { email, password = "wrong" });
                var problem = await refused.ProblemAsync(HttpStatusCode.Unauthorized);
                first ??= problem;
                Assert.Equal((string)first["error"]!, (string)problem["error"]!);
            }
            using var paused = await shared.Platform.Client.PostAsJsonAsync("/v1/auth/login", new { email, password = "correct horse 1!" });
            await paused.ProblemAsync(HttpStatusCode.TooManyRequests);
            Assert.InRange(paused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromMinutes(13), TimeSpan.FromMinutes(15));
        }
    }

    [Theory]
    [InlineData(73)]
    [InlineData(511)]
    [InlineData(512)]
    [InlineData(100_000)]
    public async Task A_long_password_does_not_reveal_whether_an_address_has_an_account(int length)
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        foreach (var email in new[] { dj.Email, NewEmail() })
        {
            using var refused = await shared.Platform.Client.PostAsJsonAsync("/v1/auth/login", new { email, password = new string('a', length) });
            Assert.Equal("E-mail address or password is wrong", (string)(await refused.ProblemAsync(HttpStatusCode.Unauthorized))["error"]!);
        }
    }

    [Fact]
    public async Task A_refresh_token_is_valid_once_and_its_replay_ends_the_session()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var first = (string)dj.Tokens["refresh_token"]!;
        using var refreshed = await platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = first });
        var second = (string)(await refreshed.JsonAsync(HttpStatusCode.OK))["refresh_token"]!;
        Assert.NotEqual(first, second);

        using var replayed = await platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = first });
        await replayed.ProblemAsync(HttpStatusCode.Unauthorized);
        using var revoked = await platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = second });
        await revoked.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Exactly_one_of_several_concurrent_refreshes_with_one_token_succeeds()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = (string)dj.Tokens["refresh_token"]! })));
        Assert.Equal(1, answers.Count(answer => answer.StatusCode == HttpStatusCode.OK));
    }

    [Fact]
    public async Task After_logout_the_refresh_token_is_invalid()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var token = (string)dj.Tokens["refresh_token"]!;
        using var logout = await platform.Client.PostAsJsonAsync("/v1/auth/logout", new { refresh_token = token });
        Assert.Equal(HttpStatusCode.NoContent, logout.StatusCode);
        using var refused = await platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = token });
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_listener_cannot_register_streams_and_the_response_names_the_missing_scope()
    {
        var shared = await SharedPlatform.GetAsync();
        using var listener = await Dj.RegisterAsync(shared.Platform, "listener");
        using var refused = await listener.Client.PostAsJsonAsync("/v1/streams", new { name = "x", shoutcast_url = "http://example.org" });
        Assert.Equal("streams:write", (string)(await refused.ProblemAsync(HttpStatusCode.Forbidden))["missing_scope"]!);
    }

    private static string NewEmail() => $"{Guid.NewGuid():N}@example.org";
}
