using AudioOrleans.Grains.Interfaces.Tokens;
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
