using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Accounts;

[Collection(MailPlatformGroup.Name)]
public sealed class VerificationMailTests(MailPlatform mail)
{
    [Fact]
    public async Task A_registration_mails_a_link_and_login_is_refused_until_it_is_opened()
    {
        var email = MailPlatform.NewEmail();
        await MailPlatform.RegisterAsync(mail.Platform, email);
        using var early = await mail.LogInAsync(email);
        Assert.True((bool)(await early.ProblemAsync(HttpStatusCode.Forbidden))["email_unverified"]!);
        using var wrong = await mail.LogInAsync(email, "wrong");
        Assert.Null((await wrong.ProblemAsync(HttpStatusCode.Unauthorized))["email_unverified"]);

        var received = await mail.Server.NextAsync(email);
        Assert.Equal("radio@example.org", received.From);
        Assert.Equal([email], received.To);
        Assert.Equal("Please confirm your e-mail address", received.Subject);
        Assert.Contains("If it was not you", received.Text, StringComparison.Ordinal);
        Assert.StartsWith("https://radio.example.org/account.html#verify=", received.Link.ToString(), StringComparison.Ordinal);
        Assert.Contains(("Auto-Submitted", "auto-generated"), received.Headers);
        Assert.Single(received.Headers, header => header.Name.Equals("Message-ID", StringComparison.OrdinalIgnoreCase));

        using var followed = await mail.PostAsync("/v1/auth/verify-email", new { token = received.Token });
        Assert.Equal(HttpStatusCode.NoContent, followed.StatusCode);
        using var dj = await Dj.LogInAsync(mail.Platform, email);
        Assert.True((bool)(await dj.GetAsync("/v1/users/me"))["email_verified"]!);

        using var again = await mail.PostAsync("/v1/auth/verify-email", new { token = received.Token });
        Assert.NotNull((await again.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["token"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_token_that_was_never_mailed_is_refused_and_named(string token)
    {
        foreach (var (path, body) in new (string, object)[] { ("verify-email", new { token }), ("password-reset", new { token, new_password = Dj.Password }) })
        {
            using var refused = await mail.PostAsync($"/v1/auth/{path}", body);
            Assert.Equal(["token"], (await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!.AsObject().Select(error => error.Key));
        }
    }

    [Theory]
    [InlineData("verify-email")]
    [InlineData("password-reset")]
    public async Task Known_verified_and_unknown_addresses_get_the_same_response_in_similar_time(string route)
    {
        using var verified = await mail.VerifiedAsync();
        var (unverified, unknown) = (MailPlatform.NewEmail(), MailPlatform.NewEmail());
        await MailPlatform.RegisterAsync(mail.Platform, unverified);
        HashSet<string> answers = [];
        foreach (var email in new[] { verified.Email, unverified, unknown })
        {
            var start = TimeProvider.System.GetTimestamp();
            using var answer = await mail.PostAsync($"/v1/auth/{route}/request", new { email });
            Assert.InRange(TimeProvider.System.GetElapsedTime(start), TimeSpan.FromMilliseconds(240), TimeSpan.FromSeconds(10));
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            var headers = answer.Headers.Where(header => !header.Key.Equals("X-Request-Id", StringComparison.OrdinalIgnoreCase) && header.Key != "Date").Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
            answers.Add(string.Join('\n', headers.Append(await answer.Content.ReadAsStringAsync())));
        }
        Assert.Single(answers);
        await mail.EmptyAsync();
        Assert.Empty(mail.Server.To(unknown));
        Assert.Equal(route == "verify-email" ? 1 : 2, mail.Server.To(verified.Email).Count);
    }

    [Fact]
    public async Task A_second_request_within_a_minute_is_accepted_but_no_link_is_mailed()
    {
        var email = MailPlatform.NewEmail();
        await MailPlatform.RegisterAsync(mail.Platform, email);
        var first = await mail.Server.NextAsync(email);
        await mail.RequestAsync("verify-email", email);
        await mail.EmptyAsync();
        Assert.Single(mail.Server.To(email));
        using var followed = await mail.PostAsync("/v1/auth/verify-email", new { token = first.Token });
        Assert.Equal(HttpStatusCode.NoContent, followed.StatusCode);
    }

    [Theory]
    [InlineData("somebody@example.org\r\nBcc: victim@example.org")]
    [InlineData("somebody@example.org\nSubject: x")]
    [InlineData("(comment)somebody@example.org")]
    [InlineData("victim<somebody@example.org")]
    [InlineData("\"quoted\"@example.org")]
    [InlineData("victim;somebody@example.org")]
    public async Task An_address_that_could_inject_mail_headers_is_refused(string email)
    {
        using var refused = await mail.PostAsync("/v1/auth/register", new { email, password = Dj.Password });
        Assert.NotNull((await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["email"]);
    }

    [Fact]
    public async Task An_address_with_non_ASCII_letters_gets_its_mail()
    {
        var email = $"jürgen.{Guid.NewGuid():N}@example.org";
        await MailPlatform.RegisterAsync(mail.Platform, email);
        await mail.Server.NextAsync(email);
    }

    [Fact]
    public async Task An_account_that_an_admin_creates_needs_no_link()
    {
        using var admin = await Dj.AdminAsync(mail.Platform);
        var email = MailPlatform.NewEmail();
        using var made = await admin.Client.PostAsJsonAsync("/v1/users", new { email, password = Dj.Password });
        await made.JsonAsync(HttpStatusCode.Created);
        using var dj = await Dj.LogInAsync(mail.Platform, email);
        await mail.EmptyAsync();
        Assert.Empty(mail.Server.To(email));
    }

    [Fact]
    public async Task An_account_from_before_the_platform_sent_mail_stays_usable_and_is_verified_on_request()
    {
        var shared = new Dictionary<string, string?>
        {
            ["ConnectionStrings__Audio"] = await PostgresServer.NewDatabaseAsync(),
            ["Secrets__MasterKey"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
        };
        var email = MailPlatform.NewEmail();
        await using (var before = await PlatformProcess.StartAsync(shared))
        {
            await MailPlatform.RegisterAsync(before, email);
            await before.StopAsync();
        }
        await using var after = await PlatformProcess.StartAsync(mail.Server.Settings.AddRange(shared));
        using var dj = await Dj.LogInAsync(after, email);
        Assert.False((bool)(await dj.GetAsync("/v1/users/me"))["email_verified"]!);

        using var request = await after.Client.PostAsJsonAsync("/v1/auth/verify-email/request", new { email });
        Assert.Equal(HttpStatusCode.Accepted, request.StatusCode);
        // A request for a link does not lock anybody out of their account.
        using var login = await Dj.LogInAsync(after, email);
        using var followed = await after.Client.PostAsJsonAsync("/v1/auth/verify-email", new { token = (await mail.Server.NextAsync(email)).Token });
        Assert.Equal(HttpStatusCode.NoContent, followed.StatusCode);
        Assert.True((bool)(await dj.GetAsync("/v1/users/me"))["email_verified"]!);
    }
}
