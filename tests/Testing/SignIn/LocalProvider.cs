using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Testing.SignIn;

/// <summary>
/// A sign-in provider on 127.0.0.1: an authorization server (RFC 6749) that requires PKCE with S256, with the
/// userinfo endpoint of OpenID Connect like Google, and with the user and e-mail endpoints of GitHub.
/// </summary>
public sealed class LocalProvider : IAsyncDisposable
{
    /// <summary>The public address of the platform: nothing has to listen there, because the browser of the tests replaces it.</summary>
    public const string PublicUrl = "http://radio.example.org";

    /// <summary>The platform's client id.</summary>
    public const string ClientId = "audio & orleans";

    /// <summary>The platform's client secret.</summary>
    public const string ClientSecret = "s3cret of the client +/=";

    private static readonly string[] RedirectUris = [.. new[] { "google", "github" }.Select(provider => $"{PublicUrl}/v1/auth/oauth/{provider}/callback")];

    private readonly ConcurrentDictionary<int, LocalPerson> _people = new();
    private readonly ConcurrentDictionary<string, Grant> _codes = new();
    private readonly ConcurrentDictionary<string, LocalPerson> _tokens = new();
    private readonly ConcurrentQueue<string> _secrets = new();
    private readonly WebApplication _app;

    private LocalProvider(int port)
    {
        Url = new Uri($"http://127.0.0.1:{port}");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _app = builder.Build();
        _app.Urls.Add(Url.ToString());
        _app.MapGet("/authorize", Authorize);
        _app.MapPost("/token", (Delegate)TradeAsync);
        _app.MapPost("/elsewhere", (Delegate)TradeAsync);
        _app.MapGet("/userinfo", GetUserinfo);
        _app.MapGet("/user", GetUser);
        _app.MapGet("/user/emails", GetEmails);
    }

    /// <summary>Its address.</summary>
    public Uri Url { get; }

    /// <summary>All codes and access tokens that it has issued: none may appear in a log.</summary>
    public IReadOnlyCollection<string> Secrets => _secrets;

    /// <summary>The number of requests to the target of its redirects.</summary>
    public int Strays { get; private set; }

    /// <summary>The settings of a platform that uses it as Google and as GitHub.</summary>
    public Dictionary<string, string?> Settings => new()
    {
        ["PublicUrl"] = PublicUrl,
        ["OAuth__Google__ClientId"] = ClientId,
        ["OAuth__Google__ClientSecret"] = ClientSecret,
        ["OAuth__Google__AuthorizationEndpoint"] = $"{Url}authorize?tenant=1",
        ["OAuth__Google__TokenEndpoint"] = $"{Url}token",
        ["OAuth__Google__UserEndpoint"] = $"{Url}userinfo",
        ["OAuth__GitHub__ClientId"] = ClientId,
        ["OAuth__GitHub__ClientSecret"] = ClientSecret,
        ["OAuth__GitHub__AuthorizationEndpoint"] = $"{Url}authorize",
        ["OAuth__GitHub__TokenEndpoint"] = $"{Url}token",
        ["OAuth__GitHub__UserEndpoint"] = $"{Url}user",
        ["OAuth__GitHub__EmailsEndpoint"] = $"{Url}user/emails",
    };

    /// <summary>Starts it.</summary>
    public static async Task<LocalProvider> StartAsync()
    {
        var provider = new LocalProvider(FreePort.Next());
        await provider._app.StartAsync();
        return provider;
    }

    /// <summary>Issues a code for a challenge, as if the person had just consented.</summary>
    public string GiveCode(LocalPerson person, string challenge, string redirectUri)
    {
        ArgumentNullException.ThrowIfNull(person);
        var code = NewSecret();
        _codes[code] = new Grant(person, challenge, redirectUri);
        return code;
    }

    /// <summary>The address that a person requests to consent at an authorization address of this provider.</summary>
    public Uri Agree(Uri authorizationUrl, LocalPerson person)
    {
        ArgumentNullException.ThrowIfNull(authorizationUrl);
        ArgumentNullException.ThrowIfNull(person);
        _people[person.Subject] = person;
        return new Uri($"{authorizationUrl.AbsoluteUri}&login={person.Subject}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult Authorize(HttpContext context)
    {
        var query = context.Request.Query;
        // Errors before the client is known are shown and not redirected (RFC 6749, section 4.1.2.1).
        if (query["client_id"] != ClientId || query["redirect_uri"] is not [{ } redirectUri] || !RedirectUris.Contains(redirectUri))
            return Results.BadRequest("client_id or redirect_uri");
        if (query["state"] is not [{ Length: > 0 } state] || query["response_type"] != "code" || string.IsNullOrEmpty(query["scope"])
            || query["code_challenge_method"] != "S256" || query["code_challenge"] is not [{ Length: 43 } challenge] || !Base64Url.IsValid(challenge)
            || !_people.TryGetValue(int.TryParse(query["login"], out var subject) ? subject : 0, out var person))
        {
            return Results.BadRequest("malformed");
        }
        var answer = person.Behaviour switch
        {
            ProviderBehaviour.Denies => ("error", "access_denied"),
            ProviderBehaviour.IsOutOfOrder => ("error", "server_error"),
            _ => ("code", GiveCode(person, challenge, redirectUri)),
        };
        return Results.Redirect(QueryHelpers.AddQueryString(redirectUri, new Dictionary<string, string?> { [answer.Item1] = answer.Item2, ["state"] = state }));
    }

    private async Task<IResult> TradeAsync(HttpContext context)
    {
        if (context.Request.Path == "/elsewhere")
            Strays++;
        var form = await context.Request.ReadFormAsync();
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
            return Results.Json(new { error = "invalid_client" }, statusCode: StatusCodes.Status401Unauthorized);
        if (form["grant_type"] != "authorization_code")
            return Results.Json(new { error = "unsupported_grant_type" }, statusCode: StatusCodes.Status400BadRequest);
        // Valid once, whatever the result.
        if (!_codes.TryRemove(form["code"].ToString(), out var grant) || form["redirect_uri"] != grant.RedirectUri || !Proves(form["code_verifier"].ToString(), grant.Challenge))
            return RefuseCode(form["redirect_uri"].ToString());
        switch (grant.Person.Behaviour)
        {
            case ProviderBehaviour.RefusesCode:
                return RefuseCode(form["redirect_uri"].ToString());
            case ProviderBehaviour.HangsUp:
                context.Abort();
                return Results.Empty;
            case ProviderBehaviour.Hangs:
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
                return Results.Empty;
            case ProviderBehaviour.Redirects:
                return Results.Redirect("/elsewhere", permanent: false, preserveMethod: true);
            case ProviderBehaviour.AnswersHtml:
                return Results.Content("<html>Back soon</html>", "text/html");
        }
        var token = NewSecret();
        _tokens[token] = grant.Person;
        return Results.Json(new { access_token = token, token_type = "bearer", scope = "", padding = grant.Person.Behaviour == ProviderBehaviour.AnswersTooMuch ? new string('x', 70_000) : "" });
    }

    // GitHub refuses with status 200, the RFC with 400.
    private static IResult RefuseCode(string redirectUri) => redirectUri.Contains("/github/", StringComparison.Ordinal)
        ? Results.Json(new { error = "bad_verification_code", error_description = "The code passed is incorrect or expired." })
        : Results.Json(new { error = "invalid_grant" }, statusCode: StatusCodes.Status400BadRequest);

    private IResult GetUserinfo(HttpContext context) => PersonOf(context) is { } person
        ? Results.Json(new { sub = $"{person.Subject}", email = person.Email, email_verified = person.IsEmailVerified, name = person.Name })
        : Results.Unauthorized();

    private IResult GetUser(HttpContext context) => PersonOf(context) is { } person && HasRequiredHeaders(context)
        ? Results.Json(new { id = person.Subject, login = "asa", name = person.Name, email = "shown@example.org" })
        : Results.Unauthorized();

    private IResult GetEmails(HttpContext context) => PersonOf(context) is { } person && HasRequiredHeaders(context)
        ? Results.Json(new object[]
        {
            new { email = $"other.{person.Email}", primary = false, verified = true, visibility = (string?)null },
            new { email = person.Email, primary = true, verified = person.IsEmailVerified, visibility = "private" },
        })
        : Results.Unauthorized();

    // GitHub requires a User-Agent.
    private static bool HasRequiredHeaders(HttpContext context) => context.Request.Headers.UserAgent.Count > 0 && context.Request.Headers.Accept.ToString().Contains("application/json", StringComparison.Ordinal);

    private LocalPerson? PersonOf(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.Ordinal) && _tokens.TryGetValue(header["Bearer ".Length..], out var person) && person.Behaviour != ProviderBehaviour.KnowsNobody ? person : null;
    }

    /// <summary>RFC 7636, sections 4.1 and 4.6.</summary>
    private static bool Proves(string verifier, string challenge) => verifier.Length is >= 43 and <= 128
        && verifier.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~')
        && Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier))) == challenge;

    private string NewSecret()
    {
        var secret = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
        _secrets.Enqueue(secret);
        return secret;
    }

    private sealed record Grant(LocalPerson Person, string Challenge, string RedirectUri);
}
