using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Accounts;

[Collection(MailPlatformGroup.Name)]
public sealed class PasswordResetMailTests(MailPlatform mail)
{
    private const string NewPassword = "another horse 2!";

    [Fact]
    public async Task A_mailed_link_sets_a_new_password_once_and_ends_all_sessions()
    {
        using var dj = await mail.VerifiedAsync();
        using var other = await Dj.LogInAsync(mail.Platform, dj.Email);
        await mail.RequestAsync("password-reset", dj.Email.ToUpperInvariant());
        var received = await mail.Server.NextAsync(dj.Email, 2);
        Assert.StartsWith("https://radio.example.org/account.html#reset=", received.Link.ToString(), StringComparison.Ordinal);

        using var weak = await ResetAsync(received.Token, "abc");
        var errors = (await weak.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject();
        Assert.Equal("new_password", Assert.Single(errors).Key);
        Assert.Equal(["Expected at least 8 characters.", "Expected a digit.", "Expected a special character."], errors["new_password"]!.AsArray().Select(message => (string)message!));
        await dj.IdAsync(); // Nothing has changed yet.

        using var reset = await ResetAsync(received.Token, NewPassword);
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        await mail.AssertEndedAsync(dj);
        await mail.AssertEndedAsync(other);
        using var withOld = await mail.LogInAsync(dj.Email);
        await withOld.ProblemAsync(HttpStatusCode.Unauthorized);
        using var withNew = await mail.LogInAsync(dj.Email, NewPassword);
        await withNew.JsonAsync(HttpStatusCode.OK);

        using var again = await ResetAsync(received.Token, "a third horse 3!");
        Assert.Equal("token", Assert.Single((await again.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject()).Key);
    }

    [Fact]
    public async Task A_reset_of_an_unverified_address_revokes_the_API_keys_of_whoever_registered_it()
    {
        await using var before = await PlatformProcess.StartAsync(); // It sends no mail, so nothing is verified.
        string email, key;
        using (var stranger = await Dj.RegisterAsync(before))
        {
            using var made = await stranger.Client.PostAsJsonAsync("/v1/api-keys", new { name = "back door", scopes = new[] { "streams:write" } });
            (email, key) = (stranger.Email, (string)(await made.JsonAsync(HttpStatusCode.Created))["api_key"]!);
        }
        await before.StopAsync();
        await using var now = await PlatformProcess.StartAsync(
            mail.Server.Settings.Add("Data", before.DataFolder).Add("ConnectionStrings__Audio", before.ConnectionString));
        Assert.Equal(HttpStatusCode.OK, await StatusWithKeyAsync());

        using var requested = await now.Client.PostAsJsonAsync("/v1/auth/password-reset/request", new { email });
        using var reset = await now.Client.PostAsJsonAsync("/v1/auth/password-reset", new { token = (await mail.Server.NextAsync(email)).Token, new_password = NewPassword });
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusWithKeyAsync());

        async Task<HttpStatusCode> StatusWithKeyAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/health/auth");
            request.Headers.Add("X-Api-Key", key);
            using var answer = await now.Client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task A_reset_verifies_the_address_and_ends_the_pause_after_failed_logins()
    {
        var email = MailPlatform.NewEmail();
        await MailPlatform.RegisterAsync(mail.Platform, email);
        var verification = await mail.Server.NextAsync(email);
        for (var failure = 0; failure < 5; failure++)
            (await mail.LogInAsync(email, "wrong")).Dispose();
        using var paused = await mail.LogInAsync(email);
        await paused.ProblemAsync(HttpStatusCode.TooManyRequests);

        await mail.RequestAsync("password-reset", email);
        using var reset = await ResetAsync((await mail.Server.NextAsync(email, 2)).Token, NewPassword);
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        using var login = await mail.LogInAsync(email, NewPassword);
        var tokens = await login.JsonAsync(HttpStatusCode.OK);
        Assert.True((bool)(await MailPlatform.MeAsync(mail.Platform, (string)tokens["access_token"]!))["email_verified"]!);
        using var old = await mail.PostAsync("/v1/auth/verify-email", new { token = verification.Token });
        await old.ProblemAsync(HttpStatusCode.BadRequest); // All links are invalid now.
    }

    [Fact]
    public async Task A_reset_leaves_the_second_factor_on()
    {
        using var dj = await mail.VerifiedAsync();
        var code = await TotpTests.CodeAsync(await TotpTests.BeginAsync(dj));
        using var confirmed = await dj.Client.PostAsJsonAsync("/v1/users/me/totp/confirm", new { code });
        await confirmed.JsonAsync(HttpStatusCode.OK);
        await mail.RequestAsync("password-reset", dj.Email);
        using var reset = await ResetAsync((await mail.Server.NextAsync(dj.Email, 2)).Token, NewPassword);
        Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        using var login = await mail.LogInAsync(dj.Email, NewPassword);
        Assert.True((bool)(await login.ProblemAsync(HttpStatusCode.Unauthorized))["code_required"]!);
    }

    [Fact]
    public async Task A_link_for_one_purpose_is_invalid_for_the_other()
    {
        var email = MailPlatform.NewEmail();
        await MailPlatform.RegisterAsync(mail.Platform, email);
        using var refused = await ResetAsync((await mail.Server.NextAsync(email)).Token, NewPassword);
        Assert.Equal("token", Assert.Single((await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject()).Key);
    }

    [Fact]
    public async Task No_address_gets_more_than_five_mails_in_a_quarter_of_an_hour()
    {
        var email = MailPlatform.NewEmail();
        await MailPlatform.RegisterAsync(mail.Platform, email);
        await mail.Server.NextAsync(email); // Mails are sent in parallel, so wait for the first one before the second is sent.
        for (var count = 2; count <= 5; count++)
        {
            await mail.RequestAsync("password-reset", email);
            // Once a link is used, the next one can be requested within the minute.
            using var reset = await ResetAsync((await mail.Server.NextAsync(email, count)).Token, $"horse number {count}!");
            Assert.Equal(HttpStatusCode.NoContent, reset.StatusCode);
        }
        await mail.RequestAsync("password-reset", email);
        await mail.EmptyAsync();
        Assert.Equal(5, mail.Server.To(email).Count);
    }

    private Task<HttpResponseMessage> ResetAsync(string token, string password) => mail.PostAsync("/v1/auth/password-reset", new { token, new_password = password });
}
