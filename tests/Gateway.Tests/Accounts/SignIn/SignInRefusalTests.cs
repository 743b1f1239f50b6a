using System.Net;
using System.Net.Http.Json;
using System.Web;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;
using AudioOrleans.Testing.SignIn;

namespace AudioOrleans.Gateway.Tests.Accounts.SignIn;

[Collection(SignInCollection.Name)]
public sealed class SignInRefusalTests(SignInPlatform shared)
{
    [Fact]
    public async Task The_cookie_is_hidden_from_scripts_other_sites_and_other_paths_and_is_deleted_after_the_callback()
    {
        using var browser = shared.NewBrowser();
        var callback = await browser.AgreeAsync(await browser.BeginAsync("google"), new LocalPerson());
        var attributes = browser.LastSetCookie!.Split("; ").Skip(1).Order(StringComparer.Ordinal);
        Assert.Equal(["httponly", "max-age=600", "path=/v1/auth/oauth", "samesite=lax"], attributes);
        using var answer = await browser.GetAsync(callback);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Null(browser.Cookie);
    }

    [Fact]
    public async Task A_callback_is_valid_only_in_the_browser_that_started_the_sign_in()
    {
        using var attacker = shared.NewBrowser();
        using var victim = shared.NewBrowser();
        var callback = await attacker.AgreeAsync(await attacker.BeginAsync("google"), new LocalPerson());
        using var without = await victim.GetAsync(callback);
        await without.ProblemAsync(HttpStatusCode.BadRequest);
        await victim.BeginAsync("google"); // Now it has a cookie, but of another sign-in.
        using var other = await victim.GetAsync(callback);
        await other.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Null(victim.Cookie);
        // The refusal did not use up the code, because the provider was not called.
        using var own = await attacker.GetAsync(callback);
        await own.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_stolen_code_is_invalid_in_a_sign_in_of_the_thief()
    {
        using var victim = shared.NewBrowser();
        using var thief = shared.NewBrowser();
        var stolen = HttpUtility.ParseQueryString((await victim.AgreeAsync(await victim.BeginAsync("google"), new LocalPerson())).Split('?')[1])["code"];
        var own = HttpUtility.ParseQueryString((await thief.AgreeAsync(await thief.BeginAsync("google"), new LocalPerson())).Split('?')[1])["state"];
        using var refused = await thief.GetAsync($"/v1/auth/oauth/google/callback?code={stolen}&state={own}");
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task A_callback_is_valid_only_once()
    {
        using var browser = shared.NewBrowser();
        var callback = await browser.AgreeAsync(await browser.BeginAsync("google"), new LocalPerson());
        var cookie = browser.Cookie;
        using var first = await browser.GetAsync(callback);
        await first.JsonAsync(HttpStatusCode.OK);
        using var again = await browser.GetAsync(callback);
        await again.ProblemAsync(HttpStatusCode.BadRequest);
        browser.Cookie = cookie; // As if the browser had kept it.
        using var replayed = await browser.GetAsync(callback);
        await replayed.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task An_altered_state_and_a_state_of_another_provider_are_refused()
    {
        using var browser = shared.NewBrowser();
        var callback = await browser.AgreeAsync(await browser.BeginAsync("google"), new LocalPerson());
        var cookie = browser.Cookie;
        var query = HttpUtility.ParseQueryString(callback.Split('?')[1]);
        var (code, state) = (query["code"], query["state"]!);
        foreach (var path in new[]
        {
            $"google/callback?code={code}&state={state[..40]}{(state[40] == 'A' ? 'B' : 'A')}{state[41..]}",
            $"google/callback?code={code}&state={state[..^4]}",
            $"google/callback?code={code}&state=",
            $"google/callback?code={code}",
            $"google/callback?code={code}&state={state}&state={state}",
            $"github/callback?code={code}&state={state}",
            $"google/callback?error=access_denied",
        })
        {
            browser.Cookie = cookie;
            using var refused = await browser.GetAsync($"/v1/auth/oauth/{path}");
            await refused.ProblemAsync(HttpStatusCode.BadRequest);
        }
    }

    [Fact]
    public async Task An_unknown_provider_is_not_found()
    {
        foreach (var path in new[] { "/v1/auth/oauth/myspace", "/v1/auth/oauth/Google", "/v1/auth/oauth/myspace/callback?code=1&state=2" })
        {
            using var answer = await shared.Platform.Client.GetAsync(new Uri(path, UriKind.Relative));
            await answer.ProblemAsync(HttpStatusCode.NotFound);
        }
    }

    [Fact]
    public async Task A_provider_without_a_client_id_is_off()
    {
        var platform = (await SharedPlatform.GetAsync()).Platform;
        using var list = await platform.Client.GetAsync(new Uri("/v1/auth/oauth", UriKind.Relative));
        Assert.Empty((await list.JsonAsync(HttpStatusCode.OK))["items"]!.AsArray());
        using var begin = await platform.Client.GetAsync(new Uri("/v1/auth/oauth/google", UriKind.Relative));
        await begin.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData(ProviderBehaviour.Denies, HttpStatusCode.Forbidden)]
    [InlineData(ProviderBehaviour.IsOutOfOrder, HttpStatusCode.ServiceUnavailable)]
    [InlineData(ProviderBehaviour.RefusesCode, HttpStatusCode.Unauthorized)]
    [InlineData(ProviderBehaviour.HangsUp, HttpStatusCode.ServiceUnavailable)]
    [InlineData(ProviderBehaviour.AnswersTooMuch, HttpStatusCode.ServiceUnavailable)]
    public async Task A_failure_or_refusal_of_a_provider_is_reported(ProviderBehaviour behaviour, HttpStatusCode expected)
    {
        foreach (var name in new[] { "google", "github" })
        {
            using var browser = shared.NewBrowser();
            using var refused = await browser.SignInAsync(name, new LocalPerson { Behaviour = behaviour }, "?return_to=/");
            await refused.ProblemAsync(expected);
            Assert.Null(browser.Cookie);
            if (expected == HttpStatusCode.ServiceUnavailable)
                Assert.NotNull(refused.Headers.RetryAfter);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("account")]
    [InlineData("//evil.example")]
    [InlineData("/\\evil.example")]
    [InlineData("\\\\evil.example")]
    [InlineData("/\t/evil.example")]
    [InlineData("/\n/evil.example")]
    [InlineData("/x\r\nSet-Cookie: a=b")]
    [InlineData("/x\0")]
    [InlineData(" /x")]
    [InlineData("/x#access_token=mine")]
    [InlineData("/ümlaut")]
    [InlineData("https://evil.example")]
    [InlineData("http://pages.example.org")]
    [InlineData("https://pages.example.org:8443/")]
    [InlineData("https://pages.example.org.evil.example")]
    [InlineData("https://pages.example.org@evil.example")]
    [InlineData("https://pages.example.org:x@evil.example")]
    [InlineData("https://pages.example.org\\@evil.example")]
    [InlineData("https://pages.example.org#x")]
    [InlineData("HTTPS://pages.example.org")]
    [InlineData("https:pages.example.org")]
    [InlineData("https:///evil.example")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("*")]
    [InlineData("/v1/auth/oauth/github")]
    [InlineData("/%76%31/auth/oauth/github")]
    [InlineData("/x/../v1/auth/oauth/github")]
    public async Task A_browser_is_not_redirected_to_an_unknown_page_with_tokens(string page)
    {
        using var browser = shared.NewBrowser();
        using var refused = await browser.GetAsync($"/v1/auth/oauth/google?return_to={Uri.EscapeDataString(page)}");
        Assert.NotNull((await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["return_to"]);
        Assert.Null(browser.Cookie);
        using var dj = await Dj.LogInAsync(shared.Platform, Dj.AdminEmail);
        using var link = await dj.Client.PostAsJsonAsync($"/v1/users/me/identities/google?return_to={Uri.EscapeDataString(page)}", new { password = Dj.Password });
        Assert.NotNull((await link.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["return_to"]);
    }

    [Fact]
    public async Task Nobody_can_sign_in_to_an_account_with_a_second_factor_without_it()
    {
        using var dj = await shared.AddVerifiedAsync();
        var person = new LocalPerson { Email = dj.Email };
        await shared.SignInAsync("google", person);
        using var begun = await dj.Client.PostAsJsonAsync("/v1/users/me/totp", new { password = Dj.Password });
        var secret = HttpUtility.ParseQueryString(new Uri((string)(await begun.JsonAsync(HttpStatusCode.OK))["otpauth_uri"]!).Query)["secret"]!;
        var code = await ProcessRunner.RunAsync(new ProcessCommand("oathtool", "--totp", "--base32", secret), TimeSpan.FromSeconds(10), TimeProvider.System);
        using var confirmed = await dj.Client.PostAsJsonAsync("/v1/users/me/totp/confirm", new { code = System.Text.Encoding.ASCII.GetString(code.Output.Span).Trim() });
        await confirmed.JsonAsync(HttpStatusCode.OK);
        using var browser = shared.NewBrowser();
        using var refused = await browser.SignInAsync("google", person);
        Assert.Contains("password and code", (string)(await refused.ProblemAsync(HttpStatusCode.Forbidden))["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_down_is_reported_and_a_public_HTTPS_address_makes_the_cookie_secure()
    {
        await using var provider = await LocalProvider.StartAsync();
        var settings = new Dictionary<string, string?>(provider.Settings) { ["PublicUrl"] = "https://radio.example.org", ["OAuth__Google__TokenEndpoint"] = $"http://127.0.0.1:{FreePort.Next()}/token", ["Cors__Origins__0"] = "*" };
        await using var platform = await PlatformProcess.StartAsync(settings);
        using var browser = new Browser(platform, provider);
        var begun = HttpUtility.ParseQueryString((await browser.BeginAsync("google")).Query);
        Assert.Equal("https://radio.example.org/v1/auth/oauth/google/callback", begun["redirect_uri"]);
        Assert.Contains("; secure", browser.LastSetCookie, StringComparison.Ordinal);
        using var refused = await browser.GetAsync($"/v1/auth/oauth/google/callback?code=1&state={begun["state"]}");
        await refused.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        // A page that may call the API may still not receive the tokens of its visitors.
        using var anywhere = await browser.GetAsync("/v1/auth/oauth/google?return_to=https://evil.example/");
        Assert.NotNull((await anywhere.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["return_to"]);
    }

    [Theory]
    [InlineData("PublicUrl", "radio.example.org", "PublicUrl is 'radio.example.org'; expected ")]
    [InlineData("OAuth__GitHub__ClientSecret", "", "OAuth__GitHub__ClientSecret is missing; expected ")]
    public async Task An_invalid_setting_prevents_the_start_and_is_named(string key, string value, string expected)
    {
        var settings = new Dictionary<string, string?>(shared.Provider.Settings) { [key] = value };
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => PlatformProcess.StartAsync(settings));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }
}
