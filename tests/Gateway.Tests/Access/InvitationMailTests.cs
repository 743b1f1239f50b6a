using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Gateway.Tests.Accounts;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Access;

/// <summary>Invitations by e-mail address.</summary>
[Collection(MailPlatformGroup.Name)]
public sealed class InvitationMailTests(MailPlatform mail)
{
    [Fact]
    public async Task An_invitation_by_address_is_valid_once_the_address_is_verified()
    {
        using var dj = await mail.VerifiedAsync();
        var playlist = await dj.AddPlaylistAsync([], "private");
        var email = MailPlatform.NewEmail();
        using var invited = await dj.Client.PutAsJsonAsync($"/v1/playlists/{playlist}/listeners", new { account_ids = new[] { email } });
        await invited.JsonAsync(HttpStatusCode.OK);

        // Nobody has the address yet. Whoever registers it must verify it first.
        await MailPlatform.RegisterAsync(mail.Platform, email);
        using var verified = await mail.PostAsync("/v1/auth/verify-email", new { token = (await mail.Server.NextAsync(email)).Token });
        Assert.Equal(HttpStatusCode.NoContent, verified.StatusCode);
        using var friend = await Dj.LogInAsync(mail.Platform, email);
        using var other = await mail.VerifiedAsync();
        using var refused = await other.Client.GetAsync(new Uri($"/v1/playlists/{playlist}", UriKind.Relative));
        await refused.ProblemAsync(HttpStatusCode.NotFound);
        await Eventually.That(
            async () =>
            {
                using var answer = await friend.Client.GetAsync(new Uri($"/v1/playlists/{playlist}", UriKind.Relative));
                return answer.StatusCode == HttpStatusCode.OK;
            },
            TimeSpan.FromSeconds(10), "the invitation is valid");
    }
}
