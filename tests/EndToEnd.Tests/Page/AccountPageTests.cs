using System.Net.Http.Json;
using AudioOrleans.Testing.Mail;
using AudioOrleans.Testing.Platforms;
using Microsoft.Playwright;

namespace AudioOrleans.EndToEnd.Tests.Page;

/// <summary>The page that mailed links open, in a real browser, with links from real mails.</summary>
[Collection("one platform after the other")]
public sealed class AccountPageTests
{
    private const string NewPassword = "another horse 2!";

    [Fact]
    public async Task A_mailed_link_is_confirmed_with_a_button_and_a_password_is_set_with_a_form()
    {
        await using var server = await MailServer.StartNewAsync();
        await using var platform = await PlatformProcess.StartAsync(server.Settings);
        var email = $"{Guid.NewGuid():N}@example.org";
        using (var registered = await platform.Client.PostAsJsonAsync("/v1/auth/register", new { email, password = Dj.Password }))
            registered.EnsureSuccessStatusCode();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox", "--disable-gpu", "--no-proxy-server"] });
        var page = await browser.NewPageAsync();
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        page.Console += (_, message) =>
        {
            // Refused requests are expected here; refused scripts and styles are not.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                errors.Add(message.Text);
        };

        var verification = await server.NextAsync(email);
        await page.GotoAsync(At(platform, verification));
        await Assertions.Expect(page.Locator("#outcome")).ToBeHiddenAsync(); // Opening the page does not use up the link.
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Confirm the address" }).ClickAsync();
        await Assertions.Expect(page.Locator("#outcome")).ToHaveTextAsync("The address is confirmed. You can log in with it now.");
        Assert.Equal("", new Uri(page.Url).Fragment);
        using (await Dj.LogInAsync(platform, email))
            await page.GotoAsync("about:blank");

        await page.GotoAsync(At(platform, verification));
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Confirm the address" }).ClickAsync();
        await Assertions.Expect(page.Locator("#problems li")).ToHaveTextAsync("This link was used before, is too old, or a newer one was sent. Ask for another one.");

        using (var asked = await platform.Client.PostAsJsonAsync("/v1/auth/password-reset/request", new { email }))
            asked.EnsureSuccessStatusCode();
        await page.GotoAsync(At(platform, await server.NextAsync(email, 2)));
        await page.GetByLabel("New password").FillAsync("abc");
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set the password" }).ClickAsync();
        await Assertions.Expect(page.Locator("#problems li")).ToHaveTextAsync(["Expected at least 8 characters.", "Expected a digit.", "Expected a special character."]);
        await page.GetByLabel("New password").FillAsync(NewPassword);
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Set the password" }).ClickAsync();
        await Assertions.Expect(page.Locator("#outcome")).ToHaveTextAsync("The new password is set. Log in with it.");
        await Assertions.Expect(page.Locator("#problems")).ToBeHiddenAsync();
        using (var login = await platform.Client.PostAsJsonAsync("/v1/auth/login", new { email, password = NewPassword }))
            login.EnsureSuccessStatusCode();
        Assert.Empty(errors);
    }

    // The local address of the platform instead of its public one.
    private static string At(PlatformProcess platform, ReceivedMail mail) => new Uri(platform.Url, mail.Link.PathAndQuery + mail.Link.Fragment).ToString();
}
