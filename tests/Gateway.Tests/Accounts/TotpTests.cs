using System.Net;
using System.Net.Http.Json;
using System.Web;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Gateway.Tests.Accounts;

/// <summary>The second factor, with oathtool as the authenticator.</summary>
public sealed class TotpTests
{
    [Fact]
    public async Task A_second_factor_can_be_set_up_used_replaced_by_recovery_codes_and_disabled()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var secret = await BeginAsync(dj);
        await dj.IdAsync();
        using (var before = await Dj.LogInAsync(platform, dj.Email))
            Assert.False((bool)(await before.GetAsync("/v1/users/me"))["totp_enabled"]!); // Not confirmed, so it has no effect yet.

        using var wrong = await dj.Client.PostAsJsonAsync("/v1/users/me/totp/confirm", new { code = "000000" });
        Assert.NotNull((await wrong.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["code"]);
        var code = await CodeAsync(secret);
        using var confirmed = await dj.Client.PostAsJsonAsync("/v1/users/me/totp/confirm", new { code });
        var recovery = (await confirmed.JsonAsync(HttpStatusCode.OK))["recovery_codes"]!.AsArray().Select(item => (string)item!).ToList();
        Assert.Equal(10, recovery.Distinct().Count());
        Assert.True((bool)(await dj.GetAsync("/v1/users/me"))["totp_enabled"]!);

        using var without = await LogInAsync(platform, dj, null);
        Assert.True((bool)(await without.ProblemAsync(HttpStatusCode.Unauthorized))["code_required"]!);
        using var replayed = await LogInAsync(platform, dj, code);
        await replayed.ProblemAsync(HttpStatusCode.Unauthorized); // The confirmation has used the code.
        using var byRecovery = await LogInAsync(platform, dj, recovery[0].ToUpperInvariant());
        await byRecovery.JsonAsync(HttpStatusCode.OK);
        using var twice = await LogInAsync(platform, dj, recovery[0]);
        await twice.ProblemAsync(HttpStatusCode.Unauthorized);
        using var byNext = await LogInAsync(platform, dj, await CodeAsync(secret, "now + 30 seconds"));
        await byNext.JsonAsync(HttpStatusCode.OK);

        using var renewed = await dj.Client.PostAsJsonAsync("/v1/users/me/totp/recovery-codes", new { code = recovery[1] });
        var fresh = (await renewed.JsonAsync(HttpStatusCode.OK))["recovery_codes"]!.AsArray().Select(item => (string)item!).ToList();
        using var old = await LogInAsync(platform, dj, recovery[2]);
        await old.ProblemAsync(HttpStatusCode.Unauthorized);

        using var withoutPassword = await dj.Client.PostAsJsonAsync("/v1/users/me/totp/disable", new { password = "wrong", code = fresh[0] });
        Assert.NotNull((await withoutPassword.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["password"]);
        using var disabled = await dj.Client.PostAsJsonAsync("/v1/users/me/totp/disable", new { password = Dj.Password, code = fresh[0] });
        Assert.Equal(HttpStatusCode.NoContent, disabled.StatusCode);
        using var plain = await LogInAsync(platform, dj, null);
        await plain.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Codes_cannot_be_guessed()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var dj = await Dj.RegisterAsync(platform);
        var secret = await BeginAsync(dj);
        using var confirmed = await dj.Client.PostAsJsonAsync("/v1/users/me/totp/confirm", new { code = await CodeAsync(secret) });
        await confirmed.JsonAsync(HttpStatusCode.OK);
        for (var i = 0; i < 5; i++)
        {
            using var guess = await LogInAsync(platform, dj, "not it");
            await guess.ProblemAsync(HttpStatusCode.Unauthorized);
        }
        using var paused = await LogInAsync(platform, dj, await CodeAsync(secret, "now + 30 seconds"));
        await paused.ProblemAsync(HttpStatusCode.TooManyRequests);
    }

    [Fact]
    public async Task An_enabled_second_factor_cannot_be_set_up_again_and_a_disabled_one_cannot_be_renewed()
    {
        using var dj = await Dj.RegisterAsync((await SharedPlatform.GetAsync()).Platform);
        using var renew = await dj.Client.PostAsJsonAsync("/v1/users/me/totp/recovery-codes", new { code = "123456" });
        await renew.ProblemAsync(HttpStatusCode.Conflict);
        using var confirm = await dj.Client.PostAsJsonAsync("/v1/users/me/totp/confirm", new { code = "123456" });
        await confirm.ProblemAsync(HttpStatusCode.Conflict);
        var secret = await BeginAsync(dj);
        using var confirmed = await dj.Client.PostAsJsonAsync("/v1/users/me/totp/confirm", new { code = await CodeAsync(secret) });
        await confirmed.JsonAsync(HttpStatusCode.OK);
        using var again = await dj.Client.PostAsJsonAsync("/v1/users/me/totp", new { password = Dj.Password });
        await again.ProblemAsync(HttpStatusCode.Conflict);
    }

    internal static async Task<string> BeginAsync(Dj dj)
    {
        using var begun = await dj.Client.PostAsJsonAsync("/v1/users/me/totp", new { password = Dj.Password });
        var uri = new Uri((string)(await begun.JsonAsync(HttpStatusCode.OK))["otpauth_uri"]!);
        Assert.Equal("otpauth://totp/", uri.GetLeftPart(UriPartial.Authority) + "/");
        var query = HttpUtility.ParseQueryString(uri.Query);
        Assert.Equal("Audio.Orleans", query["issuer"]);
        return query["secret"]!;
    }

    private static Task<HttpResponseMessage> LogInAsync(PlatformProcess platform, Dj dj, string? code) =>
        platform.Client.PostAsJsonAsync("/v1/auth/login", new { email = dj.Email, password = Dj.Password, code });

    internal static async Task<string> CodeAsync(string secret, string when = "now")
    {
        var result = await ProcessRunner.RunAsync(
            new ProcessCommand("oathtool", "--totp", "--base32", $"--now={when}", secret), TimeSpan.FromSeconds(10), TimeProvider.System);
        return System.Text.Encoding.ASCII.GetString(result.Output.Span).Trim();
    }
}
