using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Testing.SignIn;

/// <summary>
/// A browser for signing in: it keeps the cookie, sends it back where its path allows, and finds the platform
/// under its public address.
/// </summary>
public sealed class Browser(PlatformProcess platform, LocalProvider provider) : IDisposable
{
    private const string CookiePath = "/v1/auth/oauth";

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false });

    /// <summary>The cookie, <c>name=value</c>; null when there is none.</summary>
    public string? Cookie { get; set; }

    /// <summary>The last Set-Cookie header, with its attributes.</summary>
    public string? LastSetCookie { get; private set; }

    /// <summary>Sends a request to the platform.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? accessToken = null, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(platform.Url, path)) { Content = body is null ? null : JsonContent.Create(body) };
        if (accessToken is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        if (Cookie is not null && request.RequestUri!.AbsolutePath.StartsWith(CookiePath, StringComparison.Ordinal))
            request.Headers.Add("Cookie", Cookie);
        var response = await _client.SendAsync(request);
        if (response.Headers.TryGetValues("Set-Cookie", out var values))
        {
            LastSetCookie = values.Single();
            Cookie = LastSetCookie.Contains("expires=Thu, 01 Jan 1970", StringComparison.Ordinal) ? null : LastSetCookie.Split(';')[0];
        }
        return response;
    }

    /// <summary>Sends a GET request to the platform.</summary>
    public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Begins to sign in at the platform; returns the address at the provider.</summary>
    public async Task<Uri> BeginAsync(string name, string query = "")
    {
        using var response = await GetAsync($"{CookiePath}/{name}{query}");
        return response.Headers.Location ?? throw new InvalidOperationException($"Not sent to the provider: {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>Consents at the provider; returns the path and the query of the callback.</summary>
    public async Task<string> AgreeAsync(Uri authorizationUrl, LocalPerson person)
    {
        using var response = await _client.GetAsync(provider.Agree(authorizationUrl, person));
        var location = response.Headers.Location ?? throw new InvalidOperationException($"The provider refused: {await response.Content.ReadAsStringAsync()}");
        return location.GetLeftPart(UriPartial.Authority) == LocalProvider.PublicUrl ? location.PathAndQuery : throw new InvalidOperationException($"Sent elsewhere: {location}");
    }

    /// <summary>Signs in; returns the last response.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string name, LocalPerson person, string query = "") =>
        await GetAsync(await AgreeAsync(await BeginAsync(name, query), person));

    /// <summary>Begins to link; returns the address at the provider.</summary>
    public async Task<Uri> BeginLinkAsync(string name, string accessToken, string query = "")
    {
        using var response = await SendAsync(HttpMethod.Post, $"/v1/users/me/identities/{name}{query}", accessToken, new { password = Dj.Password });
        response.EnsureSuccessStatusCode();
        return new Uri((string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["authorization_url"]!);
    }

    /// <summary>Links a person to the account of a token; returns the last response.</summary>
    public async Task<HttpResponseMessage> LinkAsync(string name, string accessToken, LocalPerson person, string query = "") =>
        await GetAsync(await AgreeAsync(await BeginLinkAsync(name, accessToken, query), person));

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();
}
