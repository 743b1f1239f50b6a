using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Accounts;

[Collection(MailPlatformGroup.Name)]
public sealed class EmailChangeMailTests(MailPlatform mail)
{
    [Fact]
    public async Task An_address_changes_when_the_link_mailed_to_the_new_address_is_opened()
    {
        using var dj = await mail.VerifiedAsync();
        var email = MailPlatform.NewEmail();
        await ChangeAsync(dj, email);
        Assert.Equal(dj.Email, (string)(await dj.GetAsync("/v1/users/me"))["email"]!);
        var notice = await mail.Server.NextAsync(dj.Email, 2);
        Assert.Contains(email, notice.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("#verify", notice.Text, StringComparison.Ordinal);

        var received = await mail.Server.NextAsync(email);
        using var followed = await mail.PostAsync("/v1/auth/verify-email", new { token = received.Token });
        Assert.Equal(HttpStatusCode.NoContent, followed.StatusCode);
        await mail.AssertEndedAsync(dj);
        using var old = await mail.LogInAsync(dj.Email);
        await old.ProblemAsync(HttpStatusCode.Unauthorized);
        using var moved = await Dj.LogInAsync(mail.Platform, email);
        Assert.True((bool)(await moved.GetAsync("/v1/users/me"))["email_verified"]!);
    }

    [Fact]
    public async Task A_taken_address_is_refused_and_so_is_a_link_to_an_address_taken_meanwhile()
    {
        using var dj = await mail.VerifiedAsync();
        using var other = await mail.VerifiedAsync();
        using var taken = await PostAsync(dj, other.Email);
        await taken.ProblemAsync(HttpStatusCode.Conflict);

        var email = MailPlatform.NewEmail();
        await ChangeAsync(dj, email);
        var received = await mail.Server.NextAsync(email);
        await MailPlatform.RegisterAsync(mail.Platform, email);
        using var late = await mail.PostAsync("/v1/auth/verify-email", new { token = received.Token });
        await late.ProblemAsync(HttpStatusCode.Conflict);
        Assert.Equal(dj.Email, (string)(await dj.GetAsync("/v1/users/me"))["email"]!);
    }

    [Fact]
    public async Task The_holder_of_a_token_cannot_guess_the_password_by_changing_the_address()
    {
        using var dj = await mail.VerifiedAsync();
        for (var i = 0; i < 5; i++)
        {
            using var wrong = await PostAsync(dj, MailPlatform.NewEmail(), "guess");
            Assert.NotNull((await wrong.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["password"]);
        }
        using var paused = await PostAsync(dj, MailPlatform.NewEmail());
        await paused.ProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.NotNull(paused.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_second_change_within_a_minute_has_to_wait()
    {
        using var dj = await mail.VerifiedAsync();
        var second = MailPlatform.NewEmail();
        await ChangeAsync(dj, MailPlatform.NewEmail());
        using var early = await PostAsync(dj, second);
        await early.ProblemAsync(HttpStatusCode.TooManyRequests);
        Assert.InRange(early.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(60));
        await mail.EmptyAsync();
        Assert.Empty(mail.Server.To(second));
    }

    [Fact]
    public async Task A_new_password_invalidates_a_pending_change()
    {
        using var dj = await mail.VerifiedAsync();
        var email = MailPlatform.NewEmail();
        await ChangeAsync(dj, email);
        var received = await mail.Server.NextAsync(email);
        using var changed = await dj.Client.PostAsJsonAsync("/v1/users/me/password", new { current_password = Dj.Password, new_password = "another horse 2!" });
        await changed.JsonAsync(HttpStatusCode.OK);
        using var followed = await mail.PostAsync("/v1/auth/verify-email", new { token = received.Token });
        await followed.ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_reset_link_in_the_old_mailbox_is_invalid_after_the_change()
    {
        using var dj = await mail.VerifiedAsync();
        var email = MailPlatform.NewEmail();
        await mail.RequestAsync("password-reset", dj.Email);
        var reset = await mail.Server.NextAsync(dj.Email, 2);
        await ChangeAsync(dj, email);
        using var followed = await mail.PostAsync("/v1/auth/verify-email", new { token = (await mail.Server.NextAsync(email)).Token });
        Assert.Equal(HttpStatusCode.NoContent, followed.StatusCode);
        using var refused = await mail.PostAsync("/v1/auth/password-reset", new { token = reset.Token, new_password = "another horse 2!" });
        await refused.ProblemAsync(HttpStatusCode.BadRequest);
    }

    private static Task<HttpResponseMessage> PostAsync(Dj dj, string email, string password = Dj.Password) =>
        dj.Client.PostAsJsonAsync("/v1/users/me/email", new { password, new_email = email });

    private static async Task ChangeAsync(Dj dj, string email)
    {
        using var answer = await PostAsync(dj, email);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }
}
