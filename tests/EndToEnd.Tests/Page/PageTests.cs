using System.Text.RegularExpressions;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Platforms;
using Microsoft.Playwright;

namespace AudioOrleans.EndToEnd.Tests.Page;

/// <summary>The page at / in a real browser, with the demo as <c>./audio run --demo</c> starts it.</summary>
[Collection("one platform after the other")]
public sealed class PageTests
{
    private static readonly string[] BrowserArguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--autoplay-policy=no-user-gesture-required",
    ];

    [Fact]
    public async Task The_demo_is_listed_and_plays_and_its_title_is_updated()
    {
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?>
        {
            ["Demo__Enabled"] = "true",
            ["Demo__TitleDuration"] = "00:00:05",
            ["ConnectionStrings__Audio"] = "",
        });
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = BrowserArguments });
        var page = await browser.NewPageAsync();
        var errors = new List<string>();
        page.PageError += (_, error) => errors.Add(error);
        await Eventually.That(
            async () =>
            {
                await page.GotoAsync(platform.Url.ToString());
                return await page.Locator("#stations button").CountAsync() == 1;
            },
            TimeSpan.FromSeconds(30), $"the demo is listed:\n{platform.Log}");
        await page.Locator("#stations button", new PageLocatorOptions { HasText = "Demo station" }).ClickAsync();

        await PlaysAsync(page, 1, TimeSpan.FromSeconds(60));
        var title = page.Locator("#title");
        await Assertions.Expect(title).Not.ToBeEmptyAsync();
        var first = await title.TextContentAsync();
        await Assertions.Expect(title).Not.ToHaveTextAsync(first!, new LocatorAssertionsToHaveTextOptions { Timeout = 15_000 });
        await Assertions.Expect(page).ToHaveTitleAsync(new Regex(" · Demo station$"));
        await Assertions.Expect(page.Locator("#facts")).ToHaveTextAsync("1 listening", new LocatorAssertionsToHaveTextOptions { Timeout = 15_000 });
        var second = await PositionAsync(page);
        await PlaysAsync(page, second + 5, TimeSpan.FromSeconds(30));
        Assert.Empty(errors);
    }

    [Fact]
    public async Task The_dashboard_opens_for_admins_and_its_page_can_load_all_its_files()
    {
        await using var platform = await PlatformProcess.StartAsync(new Dictionary<string, string?> { ["Cluster__Dashboard"] = "true" });
        using var admin = await Dj.AdminAsync(platform);
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium, Args = BrowserArguments });
        await using var context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ExtraHTTPHeaders = [new("Authorization", $"Bearer {admin.Tokens["access_token"]}")],
        });
        var page = await context.NewPageAsync();
        var refused = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error")
                refused.Add(message.Text);
        };
        page.RequestFailed += (_, request) => refused.Add($"{request.Url}: {request.Failure}");
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
                refused.Add($"{response.Url}: {response.Status}");
        };
        await page.GotoAsync(new Uri(platform.Url, "/dashboard").ToString());
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync("Total Activations", new LocatorAssertionsToContainTextOptions { IgnoreCase = true, Timeout = 20_000 });
        Assert.True(await page.EvaluateAsync<bool>("() => document.fonts.ready.then(fonts => [...fonts].some(font => font.status === 'loaded'))"), "the icon font is loaded");
        Assert.Empty(refused);
    }

    private static string Chromium => File.Exists("/usr/bin/chromium")
        ? "/usr/bin/chromium"
        : throw new InvalidOperationException("Chromium is missing; expected the package chromium.");

    private static Task PlaysAsync(IPage page, double position, TimeSpan deadline) =>
        Eventually.That(async () => await PositionAsync(page) > position, deadline, $"the player is past {position:0.0} s");

    private static Task<double> PositionAsync(IPage page) => page.EvaluateAsync<double>("() => document.getElementById('audio').currentTime");
}
