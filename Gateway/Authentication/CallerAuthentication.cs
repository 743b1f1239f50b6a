using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.ApiKeys;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>
/// Authenticates the caller: by access token (<c>Authorization: Bearer</c>), by API key (<c>X-Api-Key</c>), by media token (<c>?token=</c>, where
/// players that send no headers fetch media), or by a connection through the operator's socket.
/// </summary>
public sealed class CallerAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder,
    MediaTokens mediaTokens, AccountStatusCache statuses, ApiKeyUses uses, FailedKeys failedKeys, OperatorSocket operators)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "Caller";

    /// <summary>The scheme that handles access tokens.</summary>
    public const string AccessTokenScheme = JwtBearerDefaults.AuthenticationScheme;

    /// <summary>The header of API keys.</summary>
    public const string ApiKeyHeader = "X-Api-Key";

    private const string Prefix = "Bearer ";

    /// <summary>Whether a request has credentials in its headers, valid or not.</summary>
    internal static bool HasCredentials(HttpRequest request) => request.Headers.Authorization.Count > 0 || request.Headers.ContainsKey(ApiKeyHeader);

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return Result((await Context.AuthenticateAsync(AccessTokenScheme)).Principal);
        if (Request.Headers.TryGetValue(ApiKeyHeader, out var apiKey))
            return Result(await FindByApiKeyAsync(apiKey.ToString()));
        if (Context.GetEndpoint()?.Metadata.GetMetadata<MediaResource>() is { } media && Request.Query["token"].ToString() is { Length: > 0 } token)
            return Result(await mediaTokens.FindAsync(token, media.Of(Context)));
        return operators.IsUsedBy(Context)
            ? Result(Principals.Operator)
            : AuthenticateResult.NoResult();
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // RFC 6750, section 3: the error is named only if the request had credentials.
        Response.Headers.WWWAuthenticate = HasCredentials(Request) ? "Bearer error=\"invalid_token\"" : "Bearer";
        return ProblemJson.Create(StatusCodes.Status401Unauthorized, "A valid token is needed").ExecuteAsync(Context);
    }

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        // The missing scope is named by the endpoint's own policy.
        var policies = Context.GetEndpoint()?.Metadata.GetOrderedMetadata<IAuthorizeData>().Select(data => data.Policy) ?? [];
        var scope = policies.FirstOrDefault(policy => policy is not null and not Scopes.OwnSession && !Context.User.HasScope(policy));
        var answer = scope is null
            ? ProblemJson.Create(StatusCodes.Status403Forbidden, "This needs a login, not an API key")
            : ProblemJson.Create(StatusCodes.Status403Forbidden, "The token lacks a scope", [new("missing_scope", scope)]);
        return answer.ExecuteAsync(Context);
    }

    private static AuthenticateResult Result(ClaimsPrincipal? caller) => caller is null
        ? AuthenticateResult.Fail("The credentials are not valid")
        : AuthenticateResult.Success(new AuthenticationTicket(caller, SchemeName));

    private async ValueTask<ClaimsPrincipal?> FindByApiKeyAsync(string apiKey)
    {
        if (!ApiKeyToken.TryRead(apiKey, out var userId, out var keyId) || (!statuses.Knows(userId) && !failedKeys.MayLook(Context)))
            return null;
        var hash = Encoding.ASCII.GetBytes(OpaqueToken.Hash(apiKey));
        var caller = await statuses.FindAsync(userId, (account, apiKeys) =>
            apiKeys.FirstOrDefault(key => key.KeyId == keyId && statuses.IsAlive(key) && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(key.Hash), hash)) is { } key
                ? Principals.Make(userId, account.Role.ToString().ToLowerInvariant(), string.Join(' ', key.Scopes.Intersect(account.Scopes)), null, keyId)
                : null);
        if (caller is null)
            failedKeys.Count(Context);
        else
            uses.Note(userId, keyId);
        return caller;
    }
}
