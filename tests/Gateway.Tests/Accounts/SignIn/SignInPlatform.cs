using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Platforms;
using AudioOrleans.Testing.SignIn;

namespace AudioOrleans.Gateway.Tests.Accounts.SignIn;

/// <summary>A platform with a local sign-in provider.</summary>
public sealed class SignInPlatform : IAsyncLifetime
{
    public const string Page = "https://pages.example.org";

    public PlatformProcess Platform { get; private set; } = null!;

    public LocalProvider Provider { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Provider = await LocalProvider.StartAsync();
        Platform = await PlatformProcess.StartAsync(new Dictionary<string, string?>(Provider.Settings) { ["Cors__Origins__0"] = Page, ["NO_PROXY"] = "127.0.0.1" });
    }

    public Browser NewBrowser() => new(Platform, Provider);

    /// <summary>The account of a token.</summary>
    public Task<JsonObject> MeAsync(JsonObject tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        return MeAsync((string)tokens["access_token"]!);
    }

    /// <summary>The account of a token.</summary>
    public async Task<JsonObject> MeAsync(string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/users/me") { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", accessToken) } };
        using var me = await Platform.Client.SendAsync(request);
        return await me.JsonAsync(HttpStatusCode.OK);
    }

    /// <summary>Signs a person in with a new browser and returns the tokens.</summary>
    public async Task<JsonObject> SignInAsync(string name, LocalPerson person)
    {
        using var browser = NewBrowser();
        using var answer = await browser.SignInAsync(name, person);
        return await answer.JsonAsync(HttpStatusCode.OK);
    }

    /// <summary>An account whose address counts as verified because an admin created it.</summary>
    public async Task<Dj> AddVerifiedAsync()
    {
        using var admin = await Dj.AdminAsync(Platform);
        var email = $"{Guid.NewGuid():N}@example.org";
        using var added = await admin.Client.PostAsJsonAsync("/v1/users", new { email, password = Dj.Password });
        await added.JsonAsync(HttpStatusCode.Created);
        return await Dj.LogInAsync(Platform, email);
    }

    public async Task DisposeAsync()
    {
        await Platform.DisposeAsync();
        await Provider.DisposeAsync();
    }
}

/// <summary>The tests that share the platform.</summary>
[CollectionDefinition(Name)]
public sealed class SignInCollection : ICollectionFixture<SignInPlatform>
{
    public const string Name = "Sign-in";
}
