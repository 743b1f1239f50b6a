using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace AudioOrleans.Testing.Platforms;

/// <summary>A client with an account, which calls the API as DJ tools do.</summary>
public sealed class Dj : IDisposable
{
    /// <summary>The password of all accounts of tests.</summary>
    public const string Password = "correct horse 1!";

    /// <summary>The admin that each platform of tests has.</summary>
    public const string AdminEmail = "admin@example.org";

    private static int s_count;

    private Dj(HttpClient client, string email, JsonObject tokens)
    {
        Client = client;
        Email = email;
        Tokens = tokens;
    }

    /// <summary>Sends the access token with each request.</summary>
    public HttpClient Client { get; }

    /// <summary>The account's address.</summary>
    public string Email { get; }

    /// <summary>The response to the login.</summary>
    public JsonObject Tokens { get; }

    /// <summary>The account's id.</summary>
    public async Task<Guid> IdAsync() => (Guid)(await GetAsync("/v1/users/me"))["user_id"]!;

    /// <summary>Registers an account and logs in.</summary>
    public static Task<Dj> RegisterAsync(PlatformProcess platform, string role = "dj")
    {
        ArgumentNullException.ThrowIfNull(platform);
        return RegisterAsync(platform.Url, role);
    }

    /// <summary>Registers an account at a gateway and logs in there.</summary>
    public static async Task<Dj> RegisterAsync(Uri gateway, string role = "dj")
    {
        var email = NewEmail();
        using (var client = ClientOf(gateway))
        using (var registered = await client.PostAsJsonAsync("/v1/auth/register", new { email, password = Password, role }))
            registered.EnsureSuccessStatusCode();
        return await LogInAsync(gateway, email);
    }

    /// <summary>The platform's admin.</summary>
    public static Task<Dj> AdminAsync(PlatformProcess platform) => LogInAsync(platform, AdminEmail);

    /// <summary>Logs in to an account that exists.</summary>
    public static Task<Dj> LogInAsync(PlatformProcess platform, string email)
    {
        ArgumentNullException.ThrowIfNull(platform);
        return LogInAsync(platform.Url, email);
    }

    /// <summary>Logs in at a gateway to an account that exists.</summary>
    public static async Task<Dj> LogInAsync(Uri gateway, string email)
    {
        var client = ClientOf(gateway);
        using var login = await client.PostAsJsonAsync("/v1/auth/login", new { email, password = Password });
        login.EnsureSuccessStatusCode();
        return WithTokens(client, email, (await login.Content.ReadFromJsonAsync<JsonObject>())!);
    }

    /// <summary>The same session at another gateway.</summary>
    public Dj At(Uri gateway) => WithTokens(ClientOf(gateway), Email, Tokens);

    /// <summary>Registers a stream; returns its id.</summary>
    public async Task<Guid> AddStreamAsync(Uri server, string mount, string name = "Test station", object? more = null)
    {
        var body = new JsonObject { ["name"] = name, ["shoutcast_url"] = server.ToString(), ["mount"] = mount };
        foreach (var (key, value) in more is null ? [] : System.Text.Json.JsonSerializer.SerializeToNode(more)!.AsObject())
            body[key] = value?.DeepClone();
        using var response = await Client.PostAsJsonAsync("/v1/streams", body);
        var answer = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"The stream was refused: {answer}");
        return (Guid)JsonNode.Parse(answer)!["stream_id"]!;
    }

    /// <summary>The JSON response to a GET.</summary>
    public async Task<JsonObject> GetAsync(string path) => (await Client.GetFromJsonAsync<JsonObject>(path))!;

    /// <summary>The JSON response to a POST.</summary>
    /// <exception cref="InvalidOperationException">It was refused; the message contains the response.</exception>
    public async Task<JsonObject> PostAsync(string path, object? body = null)
    {
        using var response = await Client.PostAsJsonAsync(path, body ?? new { });
        var answer = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonNode.Parse(answer)!.AsObject() : throw new InvalidOperationException($"POST {path} was refused ({(int)response.StatusCode}): {answer}");
    }

    /// <summary>A stream's status.</summary>
    public Task<JsonObject> StatusAsync(Guid streamId) => GetAsync($"/v1/streams/{streamId:D}/status");

    /// <summary>Waits until a stream has reached a state.</summary>
    public Task UntilAsync(Guid streamId, string state, TimeSpan deadline) =>
        Eventually.That(async () => (string)(await StatusAsync(streamId))["state"]! == state, deadline, $"the stream is {state}");

    /// <inheritdoc/>
    public void Dispose() => Client.Dispose();

    private static HttpClient ClientOf(Uri gateway) =>
        new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = gateway, Timeout = TimeSpan.FromSeconds(60) };

    private static Dj WithTokens(HttpClient client, string email, JsonObject tokens)
    {
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (string)tokens["access_token"]!);
        return new Dj(client, email, tokens);
    }

    private static string NewEmail() => $"dj{Interlocked.Increment(ref s_count)}.{Guid.NewGuid():N}@example.org";
}
