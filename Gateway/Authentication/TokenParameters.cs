using System.Runtime.CompilerServices;
using AudioOrleans.Grains.Interfaces.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>
/// The requirements for a token: RS256 by one of the platform's own keys, whatever its header says (RFC 8725, section 3.1), of the expected type,
/// from this issuer for this audience, and within its lifetime.
/// </summary>
public static class TokenParameters
{
    /// <summary>The type of access tokens (RFC 9068).</summary>
    public const string Access = "at+jwt";

    /// <summary>The type of tokens in media addresses.</summary>
    public const string Media = "media+jwt";

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Creates the parameters for one type.</summary>
    public static TokenValidationParameters Create(string type, TokenOptions options, VerificationKeys keys, TimeProvider time) =>
        new Fixed
        {
            ValidTypes = [type],
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            ValidIssuer = options.Issuer,
            ValidAudience = options.Audience,
            IssuerSigningKeyResolver = (_, _, keyId, _) => keys.Find(keyId),
            TryAllIssuerSigningKeys = false,
            // The library's own validator reads the system clock.
            LifetimeValidator = (notBefore, expires, _, _) => notBefore is { } begin && expires is { } end && IsWithin(begin, end, time.GetUtcNow().UtcDateTime),
            NameClaimType = Principals.Subject,
            RoleClaimType = Principals.Role,
            LogValidationExceptions = false,
        };

    /// <summary>The handler copies its parameters for each request in case they change; these never do.</summary>
    private sealed class Fixed : TokenValidationParameters
    {
        public override TokenValidationParameters Clone() => this;
    }

    // The library maps a time outside of the calendar to the maximum.
    private static bool IsWithin(DateTime begin, DateTime end, DateTime now) => end < DateTime.MaxValue && begin <= now + ClockSkew && now - ClockSkew < end;
}

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
