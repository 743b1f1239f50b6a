using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Accounts;

/// <summary>A platform without settings for mail.</summary>
public sealed class NoMailTests
{
    [Theory]
    [InlineData("verify-email")]
    [InlineData("password-reset")]
    public async Task A_request_for_a_mail_is_refused_with_the_reason_that_none_is_sent(string route)
    {
        var shared = await SharedPlatform.GetAsync();
        foreach (var email in new[] { shared.Dj.Email, MailPlatform.NewEmail() })
        {
            using var refused = await shared.Platform.Client.PostAsJsonAsync($"/v1/auth/{route}/request", new { email });
            Assert.Equal("This platform sends no mail: ask its admin", (string)(await refused.ProblemAsync(HttpStatusCode.Conflict))["error"]!);
        }
    }

    [Fact]
    public async Task An_address_changes_at_once_and_all_sessions_but_a_new_one_end()
    {
        var shared = await SharedPlatform.GetAsync();
        using var dj = await Dj.RegisterAsync(shared.Platform);
        using var taken = await ChangeAsync(dj, shared.Dj.Email);
        await taken.ProblemAsync(HttpStatusCode.Conflict);
        using var same = await ChangeAsync(dj, dj.Email);
        Assert.NotNull((await same.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["new_email"]);
        using var wrong = await ChangeAsync(dj, MailPlatform.NewEmail(), "guess");
        Assert.NotNull((await wrong.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["password"]);

        var email = MailPlatform.NewEmail();
        using var changed = await ChangeAsync(dj, email.ToUpperInvariant());
        var tokens = await changed.JsonAsync(HttpStatusCode.OK);
        var me = await MailPlatform.MeAsync(shared.Platform, (string)tokens["access_token"]!);
        Assert.Equal((email, false), ((string)me["email"]!, (bool)me["email_verified"]!));
        using var ended = await dj.Client.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
        await ended.ProblemAsync(HttpStatusCode.Unauthorized);
        using var login = await Dj.LogInAsync(shared.Platform, email);
        using var old = await shared.Platform.Client.PostAsJsonAsync("/v1/auth/login", new { email = dj.Email, password = Dj.Password });
        await old.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_API_key_cannot_change_the_address()
    {
        using var dj = await Dj.RegisterAsync((await SharedPlatform.GetAsync()).Platform);
        using var made = await dj.Client.PostAsJsonAsync("/v1/api-keys", new { name = "tool", scopes = new[] { "streams:read" } });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/users/me/email") { Content = JsonContent.Create(new { password = Dj.Password, new_email = MailPlatform.NewEmail() }) };
        request.Headers.Add("X-Api-Key", (string)(await made.JsonAsync(HttpStatusCode.Created))["api_key"]!);
        using var refused = await (await SharedPlatform.GetAsync()).Platform.Client.SendAsync(request);
        await refused.ProblemAsync(HttpStatusCode.Forbidden);
    }

    private static Task<HttpResponseMessage> ChangeAsync(Dj dj, string email, string password = Dj.Password) =>
        dj.Client.PostAsJsonAsync("/v1/users/me/email", new { password, new_email = email });
}
