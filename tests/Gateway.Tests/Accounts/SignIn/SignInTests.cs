using System.Net;
using System.Net.Http.Json;
using System.Web;
using AudioOrleans.Testing.Platforms;
using AudioOrleans.Testing.SignIn;

namespace AudioOrleans.Gateway.Tests.Accounts.SignIn;

[Collection(SignInCollection.Name)]
public sealed class SignInTests(SignInPlatform shared)
{
    [Fact]
    public async Task Enabled_providers_are_listed()
    {
        using var answer = await shared.Platform.Client.GetAsync(new Uri("/v1/auth/oauth", UriKind.Relative));
        var list = await answer.JsonAsync(HttpStatusCode.OK);
        Assert.Equal(
            [("google", "Google", "/v1/auth/oauth/google"), ("github", "GitHub", "/v1/auth/oauth/github")],
            list["items"]!.AsArray().Select(item => ((string)item!["provider"]!, (string)item["name"]!, (string)item["url"]!)));
        Assert.True(list.ContainsKey("next_cursor"));
    }

    [Theory]
    [InlineData("google")]
    [InlineData("github")]
    public async Task The_first_sign_in_creates_an_account_and_the_second_finds_it(string name)
    {
        var person = new LocalPerson();
        var tokens = await shared.SignInAsync(name, person);
        Assert.Equal("Bearer", (string)tokens["token_type"]!);
        Assert.Equal(86400, (int)tokens["expires_in"]!);
        var first = await shared.MeAsync(tokens);
        Assert.Equal((person.Email, person.Name, "dj", true), ((string)first["email"]!, (string)first["name"]!, (string)first["role"]!, (bool)first["email_verified"]!));

        // The address at the provider may have changed since, or may no longer be verified.
        var second = await shared.MeAsync(await shared.SignInAsync(name, person with { Email = null }));
        Assert.Equal((string)first["user_id"]!, (string)second["user_id"]!);

        using var refreshed = await shared.Platform.Client.PostAsJsonAsync("/v1/auth/refresh", new { refresh_token = (string)tokens["refresh_token"]! });
        await refreshed.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_new_account_can_be_a_listener_but_not_an_admin()
    {
        using var browser = shared.NewBrowser();
        using var answer = await browser.SignInAsync("google", new LocalPerson(), "?role=listener");
        Assert.Equal("listener", (string)(await shared.MeAsync(await answer.JsonAsync(HttpStatusCode.OK)))["role"]!);
        using var refused = await browser.GetAsync("/v1/auth/oauth/google?role=admin");
        Assert.NotNull((await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["role"]);
    }

    [Fact]
    public async Task Concurrent_first_sign_ins_create_one_account()
    {
        var person = new LocalPerson();
        var browsers = Enumerable.Range(0, 8).Select(_ => shared.NewBrowser()).ToList();
        // The same person by two providers: one address, one account.
        var callbacks = await Task.WhenAll(browsers.Select(async (browser, i) => await browser.AgreeAsync(await browser.BeginAsync(i % 2 == 0 ? "google" : "github"), person)));
        var answers = await Task.WhenAll(browsers.Select((browser, i) => browser.GetAsync(callbacks[i])));
        List<string> accounts = [];
        foreach (var answer in answers)
            accounts.Add((string)(await shared.MeAsync(await answer.JsonAsync(HttpStatusCode.OK)))["user_id"]!);
        Assert.Single(accounts.Distinct());
        using var admin = await Dj.AdminAsync(shared.Platform);
        Assert.Single((await admin.GetAsync($"/v1/users?email={person.Email}"))["items"]!.AsArray());
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task An_account_whose_address_is_verified_here_is_linked_and_keeps_its_password()
    {
        using var dj = await shared.AddVerifiedAsync();
        var tokens = await shared.SignInAsync("google", new LocalPerson { Email = dj.Email.ToUpperInvariant(), Name = "Another" });
        var me = await shared.MeAsync(tokens);
        Assert.Equal((await dj.IdAsync(), ""), ((Guid)me["user_id"]!, (string)me["name"]!));
        using var again = await Dj.LogInAsync(shared.Platform, dj.Email);
        Assert.Equal("google", (string)Assert.Single((await again.GetAsync("/v1/users/me/identities"))["items"]!.AsArray())!["provider"]!);
    }

    [Fact]
    public async Task An_account_with_an_unverified_address_is_not_linked_automatically_but_can_be_linked_by_its_owner()
    {
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var person = new LocalPerson { Email = dj.Email };
        using var browser = shared.NewBrowser();
        using var refused = await browser.SignInAsync("google", person);
        Assert.Contains("log in with its password, and link", (string)(await refused.ProblemAsync(HttpStatusCode.Conflict))["error"]!, StringComparison.Ordinal);

        using var linked = await browser.LinkAsync("google", (string)dj.Tokens["access_token"]!, person);
        Assert.Equal("google", (string)(await linked.JsonAsync(HttpStatusCode.OK))["provider"]!);
        var me = await shared.MeAsync(await shared.SignInAsync("google", person));
        Assert.Equal((await dj.IdAsync(), true), ((Guid)me["user_id"]!, (bool)me["email_verified"]!));
    }

    [Theory]
    [InlineData("google", true)]
    [InlineData("google", false)]
    [InlineData("github", true)]
    [InlineData("github", false)]
    public async Task Without_a_verified_address_at_the_provider_no_account_is_created(string name, bool hasAddress)
    {
        var person = new LocalPerson { IsEmailVerified = false };
        using var browser = shared.NewBrowser();
        using var refused = await browser.SignInAsync(name, hasAddress ? person : person with { Email = null });
        await refused.ProblemAsync(HttpStatusCode.Forbidden);
        using var admin = await Dj.AdminAsync(shared.Platform);
        Assert.Empty((await admin.GetAsync($"/v1/users?email={person.Email}"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_disabled_account_is_refused_as_in_a_login()
    {
        var person = new LocalPerson();
        var id = (Guid)(await shared.MeAsync(await shared.SignInAsync("google", person)))["user_id"]!;
        using var admin = await Dj.AdminAsync(shared.Platform);
        using var disabled = await admin.Client.PatchAsJsonAsync($"/v1/users/{id}", new { disabled = true });
        await disabled.JsonAsync(HttpStatusCode.OK);
        using var browser = shared.NewBrowser();
        using var refused = await browser.SignInAsync("google", person);
        Assert.Equal("The account is disabled", (string)(await refused.ProblemAsync(HttpStatusCode.Forbidden))["error"]!);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/account?tab=1")]
    [InlineData("https://pages.example.org")]
    [InlineData("https://pages.example.org/player?station=a%20b")]
    public async Task Tokens_are_sent_to_the_requesting_page_in_the_fragment_only(string page)
    {
        using var browser = shared.NewBrowser();
        using var answer = await browser.SignInAsync("google", new LocalPerson(), $"?return_to={Uri.EscapeDataString(page)}");
        Assert.Equal(HttpStatusCode.Found, answer.StatusCode);
        var location = answer.Headers.NonValidated["Location"].ToString();
        Assert.StartsWith($"{page}#access_token=", location, StringComparison.Ordinal);
        var fragment = HttpUtility.ParseQueryString(location[(page.Length + 1)..]);
        Assert.Equal("access_token refresh_token expires_in token_type", string.Join(' ', fragment.AllKeys));
        Assert.Equal(("86400", "Bearer"), (fragment["expires_in"], fragment["token_type"]));
        await shared.MeAsync(fragment["access_token"]!);
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal("no-referrer", answer.Headers.GetValues("Referrer-Policy").Single());
        Assert.Equal("", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Tokens_in_a_body_are_not_cached_either()
    {
        using var browser = shared.NewBrowser();
        using var answer = await browser.SignInAsync("github", new LocalPerson());
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task A_sign_in_is_recorded_in_the_audit_trail_and_no_secret_is_logged()
    {
        var person = new LocalPerson();
        using var browser = shared.NewBrowser();
        var callback = await browser.AgreeAsync(await browser.BeginAsync("google"), person);
        var cookie = browser.Cookie!.Split('=')[1];
        using var answer = await browser.GetAsync(callback);
        var tokens = await answer.JsonAsync(HttpStatusCode.OK);
        var id = (string)(await shared.MeAsync(tokens))["user_id"]!;
        using var admin = await Dj.AdminAsync(shared.Platform);
        var entry = Assert.Single((await admin.GetAsync($"/v1/admin/audit?resource=user/{id}"))["items"]!.AsArray());
        Assert.Equal(("sign_in.finish", "linked google"), ((string)entry!["action"]!, (string)entry["detail"]!));

        using var failed = await browser.SignInAsync("google", person with { Behaviour = ProviderBehaviour.KnowsNobody });
        await failed.ProblemAsync(HttpStatusCode.ServiceUnavailable);
        var log = await shared.Platform.LogWithAsync("Google could not tell who signs in");
        var state = HttpUtility.ParseQueryString(new Uri($"{LocalProvider.PublicUrl}{callback}").Query)["state"]!;
        string[] secrets = [state, cookie, person.Email!, (string)tokens["access_token"]!, (string)tokens["refresh_token"]!, LocalProvider.ClientSecret, .. shared.Provider.Secrets];
        foreach (var secret in secrets)
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
    }
}
