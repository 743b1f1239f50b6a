using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Testing.Platforms;
using AudioOrleans.Testing.SignIn;

namespace AudioOrleans.Gateway.Tests.Accounts.SignIn;

[Collection(SignInCollection.Name)]
public sealed class SignInLinkTests(SignInPlatform shared)
{
    [Fact]
    public async Task A_person_can_be_linked_sign_in_and_be_unlinked()
    {
        using var dj = await Dj.RegisterAsync(shared.Platform);
        var person = new LocalPerson(); // The address differs from that of the account.
        using var browser = shared.NewBrowser();
        using var linked = await browser.LinkAsync("github", (string)dj.Tokens["access_token"]!, person);
        var answer = await linked.JsonAsync(HttpStatusCode.OK);
        Assert.Equal("github", (string)answer["provider"]!);
        var listed = Assert.Single((await dj.GetAsync("/v1/users/me/identities"))["items"]!.AsArray())!;
        Assert.Equal(("github", (string)answer["linked_at"]!), ((string)listed["provider"]!, (string)listed["linked_at"]!));
        Assert.Null(browser.Cookie);

        var me = await shared.MeAsync(await shared.SignInAsync("github", person));
        Assert.Equal((await dj.IdAsync(), dj.Email, false), ((Guid)me["user_id"]!, (string)me["email"]!, (bool)me["email_verified"]!));

        using var unlinked = await dj.Client.DeleteAsync(new Uri("/v1/users/me/identities/github", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NoContent, unlinked.StatusCode);
        Assert.Empty((await dj.GetAsync("/v1/users/me/identities"))["items"]!.AsArray());
        using var again = await dj.Client.DeleteAsync(new Uri("/v1/users/me/identities/github", UriKind.Relative));
        await again.ProblemAsync(HttpStatusCode.NotFound);
        Assert.NotEqual(await dj.IdAsync(), (Guid)(await shared.MeAsync(await shared.SignInAsync("github", person)))["user_id"]!);

        using var admin = await Dj.AdminAsync(shared.Platform);
        var entries = (await admin.GetAsync($"/v1/admin/audit?resource=user/{await dj.IdAsync()}"))["items"]!.AsArray();
        Assert.Equal([("identities.unlink", "unlinked github"), ("sign_in.finish", null), ("sign_in.finish", "linked github")], entries.Take(3).Select(entry => ((string)entry!["action"]!, (string?)entry["detail"])));
    }

    [Fact]
    public async Task Linking_returns_the_browser_to_the_page_without_tokens()
    {
        using var dj = await Dj.RegisterAsync(shared.Platform);
        using var browser = shared.NewBrowser();
        using var linked = await browser.LinkAsync("google", (string)dj.Tokens["access_token"]!, new LocalPerson(), "?return_to=/account");
        Assert.Equal(HttpStatusCode.Found, linked.StatusCode);
        Assert.Equal("/account#linked=google", linked.Headers.GetValues("Location").Single());
    }

    [Fact]
    public async Task A_victim_who_is_lured_to_a_callback_is_not_linked()
    {
        using var attacker = await Dj.RegisterAsync(shared.Platform);
        using var browser = shared.NewBrowser();
        using var victims = shared.NewBrowser();
        var begun = await browser.BeginLinkAsync("google", (string)attacker.Tokens["access_token"]!);
        using var refused = await victims.GetAsync(await victims.AgreeAsync(begun, new LocalPerson()));
        await refused.ProblemAsync(HttpStatusCode.BadRequest);
        Assert.Empty((await attacker.GetAsync("/v1/users/me/identities"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_person_linked_to_another_account_and_a_second_person_of_a_provider_are_refused()
    {
        using var one = await Dj.RegisterAsync(shared.Platform);
        using var other = await Dj.RegisterAsync(shared.Platform);
        var person = new LocalPerson();
        using var browser = shared.NewBrowser();
        using var linked = await browser.LinkAsync("google", (string)one.Tokens["access_token"]!, person);
        await linked.JsonAsync(HttpStatusCode.OK);
        using var twice = await browser.LinkAsync("google", (string)one.Tokens["access_token"]!, person);
        await twice.JsonAsync(HttpStatusCode.OK);
        using var taken = await browser.LinkAsync("google", (string)other.Tokens["access_token"]!, person);
        await taken.ProblemAsync(HttpStatusCode.Conflict);
        Assert.Empty((await other.GetAsync("/v1/users/me/identities"))["items"]!.AsArray());
        using var second = await browser.LinkAsync("google", (string)one.Tokens["access_token"]!, new LocalPerson());
        await second.ProblemAsync(HttpStatusCode.Conflict);
        using var third = await browser.LinkAsync("github", (string)other.Tokens["access_token"]!, new LocalPerson());
        await third.JsonAsync(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_request_to_link_ends_with_the_session_that_made_it()
    {
        using var dj = await Dj.RegisterAsync(shared.Platform);
        using var browser = shared.NewBrowser();
        var callback = await browser.AgreeAsync(await browser.BeginLinkAsync("google", (string)dj.Tokens["access_token"]!), new LocalPerson());
        using var changed = await dj.Client.PostAsJsonAsync("/v1/users/me/password", new { current_password = Dj.Password, new_password = Dj.Password });
        var tokens = await changed.JsonAsync(HttpStatusCode.OK);
        using var refused = await browser.GetAsync(callback);
        await refused.ProblemAsync(HttpStatusCode.Forbidden);
        using var list = await browser.SendAsync(HttpMethod.Get, "/v1/users/me/identities", (string)tokens["access_token"]!);
        Assert.Empty((await list.JsonAsync(HttpStatusCode.OK))["items"]!.AsArray());
    }

    [Fact]
    public async Task The_only_way_to_sign_in_cannot_be_removed_until_there_is_a_password()
    {
        using var browser = shared.NewBrowser();
        var tokens = await shared.SignInAsync("google", new LocalPerson());
        var access = (string)tokens["access_token"]!;
        using var refused = await browser.SendAsync(HttpMethod.Delete, "/v1/users/me/identities/google", access);
        await refused.ProblemAsync(HttpStatusCode.Conflict);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/users/me/password") { Content = JsonContent.Create(new { new_password = Dj.Password }) };
        request.Headers.Authorization = new("Bearer", access);
        using var changed = await shared.Platform.Client.SendAsync(request);
        access = (string)(await changed.JsonAsync(HttpStatusCode.OK))["access_token"]!;
        using var unlinked = await browser.SendAsync(HttpMethod.Delete, "/v1/users/me/identities/google", access);
        Assert.Equal(HttpStatusCode.NoContent, unlinked.StatusCode);
    }

    [Fact]
    public async Task Linking_requires_a_logged_in_user_and_a_known_provider()
    {
        using var dj = await Dj.RegisterAsync(shared.Platform);
        using var made = await dj.Client.PostAsJsonAsync("/v1/api-keys", new { name = "tool", scopes = new[] { "streams:read" } });
        var key = (string)(await made.JsonAsync(HttpStatusCode.Created))["api_key"]!;
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post, HttpMethod.Delete })
        {
            var path = method == HttpMethod.Get ? "/v1/users/me/identities" : "/v1/users/me/identities/google";
            using var nobody = new HttpRequestMessage(method, path);
            using var refused = await shared.Platform.Client.SendAsync(nobody);
            await refused.ProblemAsync(HttpStatusCode.Unauthorized);
            using var tool = new HttpRequestMessage(method, path);
            tool.Headers.Add("X-Api-Key", key);
            using var forbidden = await shared.Platform.Client.SendAsync(tool);
            await forbidden.ProblemAsync(HttpStatusCode.Forbidden);
        }
        using var unknown = await dj.Client.PostAsJsonAsync("/v1/users/me/identities/myspace", new { password = Dj.Password });
        await unknown.ProblemAsync(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_token_without_the_password_cannot_link_anybody()
    {
        using var dj = await Dj.RegisterAsync(shared.Platform);
        foreach (var body in new object[] { new { }, new { password = "guess" } })
        {
            using var refused = await dj.Client.PostAsJsonAsync("/v1/users/me/identities/google", body);
            Assert.NotNull((await refused.ProblemAsync(HttpStatusCode.BadRequest))["errors"]!["password"]);
        }
    }
}
