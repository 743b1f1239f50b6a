using System.Runtime.CompilerServices;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>The subject of a validated token.</summary>
/// <param name="UserId">Its account.</param>
/// <param name="Role">The account's role when it was issued.</param>
/// <param name="SessionId">The session that it belongs to; null for a media token of an API key.</param>
/// <param name="ApiKeyId">The API key that requested it; null for a session's token.</param>
/// <param name="Resource">The only resource that a media token grants access to; null for an access token.</param>
public sealed record TokenClaims(Guid UserId, string Role, Guid? SessionId, Guid? ApiKeyId, string? Resource)
{
    /// <summary>A cached token is parsed once.</summary>
    private static readonly ConditionalWeakTable<JsonWebToken, TokenClaims?> Known = [];

    /// <summary>Reads a token; null when it lacks a claim that the platform puts into every token.</summary>
    public static TokenClaims? Read(JsonWebToken token) => Known.GetValue(token, Parse);

    private static TokenClaims? Parse(JsonWebToken token)
    {
        if (Id(token, Principals.Subject) is not { } userId || Text(token, Principals.Role) is not { } role || Text(token, Principals.Scope) is null
            || Text(token, JwtRegisteredClaimNames.Aud) is null || !token.TryGetPayloadValue<long>(JwtRegisteredClaimNames.Nbf, out _))
        {
            return null;
        }
        var claims = new TokenClaims(userId, role, Id(token, Principals.Session), Id(token, Principals.ApiKey), Text(token, Principals.Resource));
        return token.Typ == TokenParameters.Media
            ? claims.Resource is not null && (claims.SessionId ?? claims.ApiKeyId) is not null ? claims : null
            : claims.SessionId is not null ? claims : null;
    }

    private static Guid? Id(JsonWebToken token, string name) => Guid.TryParseExact(Text(token, name), "D", out var id) ? id : null;

    private static string? Text(JsonWebToken token, string name) => token.TryGetPayloadValue<object>(name, out var value) ? value as string : null;
}
