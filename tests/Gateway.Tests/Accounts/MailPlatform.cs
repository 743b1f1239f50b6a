using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Mail;
using AudioOrleans.Testing.Platforms;
using Npgsql;

namespace AudioOrleans.Gateway.Tests.Accounts;

/// <summary>A platform that sends mail and its mail server, shared by all tests that break neither.</summary>
public sealed class MailPlatform : IAsyncLifetime
{
    /// <summary>The mail server.</summary>
    public MailServer Server { get; } = MailServer.Create();

    /// <summary>The platform.</summary>
    public PlatformProcess Platform { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        await Server.StartAsync();
        Platform = await PlatformProcess.StartAsync(Server.Settings);
    }

    public async Task DisposeAsync()
    {
        await Platform.DisposeAsync();
        await Server.DisposeAsync();
    }

    /// <summary>A logged-in account with a verified address.</summary>
    public async Task<Dj> VerifiedAsync()
    {
        var email = NewEmail();
        await RegisterAsync(Platform, email);
        using var verified = await PostAsync("/v1/auth/verify-email", new { token = (await Server.NextAsync(email)).Token });
        Assert.Equal(HttpStatusCode.NoContent, verified.StatusCode);
        return await Dj.LogInAsync(Platform, email);
    }

    /// <summary>Requests a mail to an address.</summary>
    public async Task RequestAsync(string route, string email)
    {
        using var answer = await PostAsync($"/v1/auth/{route}/request", new { email });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
    }

    /// <summary>Sends JSON without a token.</summary>
    public Task<HttpResponseMessage> PostAsync(string path, object body) => Platform.Client.PostAsJsonAsync(path, body);

    /// <summary>Logs in.</summary>
    public Task<HttpResponseMessage> LogInAsync(string email, string password = Dj.Password) => PostAsync("/v1/auth/login", new { email, password });

    /// <summary>Waits until the outbox is empty.</summary>
    public Task EmptyAsync() => Eventually.That(async () => await CountAsync(Platform) == 0, TimeSpan.FromSeconds(20), "the outbox is empty");

    /// <summary>Registers an account that must be verified.</summary>
    public static async Task RegisterAsync(PlatformProcess platform, string email)
    {
        using var registered = await platform.Client.PostAsJsonAsync("/v1/auth/register", new { email, password = Dj.Password });
        await registered.JsonAsync(HttpStatusCode.Created);
    }

    /// <summary>Counts the mails that are not yet sent.</summary>
    public static async Task<int> CountAsync(PlatformProcess platform)
    {
        await using var connection = new NpgsqlConnection(platform.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select count(*)::int from jobs where kind = 'mail.send' and state in ('queued', 'running')", connection);
        return (int)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Checks that the tokens of a session are invalid.</summary>
    public async Task AssertEndedAsync(Dj dj)
    {
        using var refused = await dj.Client.GetAsync(new Uri("/v1/users/me", UriKind.Relative));
        await refused.ProblemAsync(HttpStatusCode.Unauthorized);
        using var refresh = await PostAsync("/v1/auth/refresh", new { refresh_token = (string)dj.Tokens["refresh_token"]! });
        await refresh.ProblemAsync(HttpStatusCode.Unauthorized);
    }

    /// <summary>The account of an access token.</summary>
    public static async Task<System.Text.Json.Nodes.JsonObject> MeAsync(PlatformProcess platform, string accessToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/users/me");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        using var me = await platform.Client.SendAsync(request);
        return await me.JsonAsync(HttpStatusCode.OK);
    }

    /// <summary>An address that nobody has.</summary>
    public static string NewEmail() => $"{Guid.NewGuid():N}@example.org";
}

/// <summary>The tests that share the platform. They run one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class MailPlatformGroup : ICollectionFixture<MailPlatform>
{
    public const string Name = "a platform that sends mail";
}
