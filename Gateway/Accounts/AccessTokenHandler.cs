using System.Security.Claims;
using System.Text.Encodings.Web;
using Audio.Orleans.Gateway.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Audio.Orleans.Gateway.Accounts;

/// <summary>
/// Authenticates requests by access token: <c>Authorization: Bearer</c>, or <c>?token=</c> where players that send no headers
/// fetch media.
/// </summary>
public sealed class AccessTokenHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, TokenValidator validator, TokenKeys keys)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "Bearer";

    private const string Prefix = "Bearer ";

    /// <inheritdoc/>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (FindToken() is not { } token)
            return AuthenticateResult.NoResult();
        if (TokenValidator.KeyIdOf(token) is { } keyId)
            await keys.EnsureKnownAsync(keyId);
        return validator.Validate(token) is { } identity
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName))
            : AuthenticateResult.Fail("The token is not valid");
    }

    /// <inheritdoc/>
    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        return ProblemJson.Of(StatusCodes.Status401Unauthorized, "A valid token is needed").ExecuteAsync(Context);
    }

    /// <inheritdoc/>
    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        // Which scope is missing stands in the endpoint's own policy.
        var scope = Context.GetEndpoint()?.Metadata.GetOrderedMetadata<Microsoft.AspNetCore.Authorization.IAuthorizeData>()
            .Select(data => data.Policy).FirstOrDefault(policy => policy is not null && !Context.User.HasScope(policy));
        return ProblemJson.Of(StatusCodes.Status403Forbidden, "The token lacks a scope", [new("missing_scope", scope)]).ExecuteAsync(Context);
    }

    private string? FindToken()
    {
        var header = Request.Headers.Authorization.ToString();
        if (header.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return header[Prefix.Length..].Trim();
        var takesQuery = Context.GetEndpoint()?.Metadata.GetMetadata<TakesTokenInQuery>() is not null;
        return takesQuery && Request.Query["token"].ToString() is { Length: > 0 } token ? token : null;
    }
}

/// <summary>Marks endpoints that take a token in the address.</summary>
public sealed class TakesTokenInQuery;
