using AudioOrleans.Grains.Interfaces.Tokens;
using Microsoft.IdentityModel.Tokens;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>
/// What a token must be: RS256 by one of the platform's own keys, whatever its header asks for (RFC 8725, section 3.1), of the type that
/// is wanted there, from this issuer for this audience, and within its time.
/// </summary>
public static class TokenParameters
{
    /// <summary>The type of access tokens (RFC 9068).</summary>
    public const string Access = "at+jwt";

    /// <summary>The type of tokens that stand in media addresses.</summary>
    public const string Media = "media+jwt";

    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    /// <summary>Makes the parameters of one type.</summary>
    public static TokenValidationParameters Create(string type, TokenOptions options, VerificationKeys keys, TimeProvider time) =>
        new Fixed
        {
            ValidTypes = [type],
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            ValidIssuer = options.Issuer,
            ValidAudience = options.Audience,
            IssuerSigningKeyResolver = (_, _, keyId, _) => keys.Find(keyId),
            TryAllIssuerSigningKeys = false,
            // The library's own reads the system's clock.
            LifetimeValidator = (notBefore, expires, _, _) => notBefore is { } begin && expires is { } end && IsWithin(begin, end, time.GetUtcNow().UtcDateTime),
            NameClaimType = Principals.Subject,
            RoleClaimType = Principals.Role,
            LogValidationExceptions = false,
        };

    /// <summary>The handler copies its parameters for each request, since they might change meanwhile: these do not.</summary>
    private sealed class Fixed : TokenValidationParameters
    {
        public override TokenValidationParameters Clone() => this;
    }

    // The library reads a time that no calendar has as the last of all times.
    private static bool IsWithin(DateTime begin, DateTime end, DateTime now) => end < DateTime.MaxValue && begin <= now + ClockSkew && now - ClockSkew < end;
}
