using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Accounts.SignIn;

/// <summary>Exchanges authorization codes for the person at the provider. The content of requests and responses is never logged.</summary>
/// <param name="client">Created by <see cref="OAuthHttp"/>.</param>
/// <param name="time">Provides the timeout.</param>
/// <param name="logger">Logs which provider fails, and how.</param>
public sealed class OAuthClient(HttpClient client, TimeProvider time, ILogger<OAuthClient> logger)
{
    /// <summary>The total time for all requests of a sign-in: a person is waiting.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private const int LongestErrorWord = 64;

    /// <summary>Exchanges a code for an access token, and the token for the person; null if the provider rejects the code.</summary>
    /// <exception cref="AudioException">Unavailable: the provider cannot be reached or does not work.</exception>
    public async Task<ExternalPerson?> FindPersonAsync(OAuthProvider provider, string code, string verifier, string redirectUri)
    {
        using var deadline = new CancellationTokenSource(Timeout, time);
        try
        {
            var accessToken = await TradeAsync(provider, code, verifier, redirectUri, deadline.Token);
            return accessToken is null ? null : await AskAsync(provider, accessToken, deadline.Token);
        }
        // InvalidOperationException: JSON text that is not valid Unicode.
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or JsonException or InvalidOperationException)
        {
            logger.LogWarning("{Provider} could not tell who signs in: {Failure}", provider.Name, exception is HttpRequestException failed ? $"{failed.HttpRequestError} {failed.StatusCode}" : exception.GetType().Name);
            throw Unavailable(provider);
        }
    }

    /// <summary>503: the provider, or the connection to it, failed.</summary>
    public static AudioException Unavailable(OAuthProvider provider)
    {
        return new AudioException(AudioError.Unavailable, $"{provider.Name} could not tell who you are; try again later");
    }

    /// <summary>RFC 6749, section 4.1.3. The secret is sent in the body: both providers accept it there, and proxies do not log bodies.</summary>
    private async Task<string?> TradeAsync(OAuthProvider provider, string code, string verifier, string redirectUri, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, provider.TokenEndpoint)
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["grant_type"] = "authorization_code",
                ["code"] = code,
                ["redirect_uri"] = redirectUri,
                ["client_id"] = provider.ClientId,
                ["client_secret"] = provider.ClientSecret,
                ["code_verifier"] = verifier,
            }),
        };
        using var response = await client.SendAsync(request, cancellationToken);
        var answer = await ReadAsync(response, cancellationToken);
        // GitHub reports errors with status 200, the RFC specifies 400 or 401.
        if (TextOf(answer, "error") is { } error)
        {
            if (error is "invalid_grant" or "bad_verification_code")
                return null;
            logger.LogError("{Provider} does not accept the client id and secret of this platform: {Error}", provider.Name, WordOf(error));
            throw Unavailable(provider);
        }
        response.EnsureSuccessStatusCode();
        return TextOf(answer, "token_type") is { } type && type.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && TextOf(answer, "access_token") is { Length: > 0 } token
            ? token
            : throw new JsonException("The response has no bearer token");
    }

    private async Task<ExternalPerson> AskAsync(OAuthProvider provider, string accessToken, CancellationToken cancellationToken)
    {
        var user = await GetAsync(provider.UserEndpoint, accessToken, cancellationToken);
        var person = provider.EmailsEndpoint is { } emails
            ? ExternalPersons.ReadGitHub(user, await GetAsync(emails, accessToken, cancellationToken))
            : ExternalPersons.ReadGoogle(user);
        return person ?? throw new JsonException("The response has no person");
    }

    private async Task<JsonElement> GetAsync(Uri endpoint, string accessToken, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, endpoint) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", accessToken) } };
        using var response = await client.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        return await ReadAsync(response, cancellationToken);
    }

    private static Task<JsonElement> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken) =>
        response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);

    private static string? TextOf(JsonElement answer, string name) =>
        answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    // The RFC defines the error codes; any other value may contain anything.
    private static string WordOf(string error) => error.Length <= LongestErrorWord && error.All(c => char.IsAsciiLetter(c) || c == '_') ? error : "an unknown error";
}
