using System.Security.Claims;
using AudioOrleans.Grains.Interfaces.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>Validates tokens in the address of one resource, for players that send no headers.</summary>
public sealed class MediaTokens(TokenOptions options, VerificationKeys known, TokenKeys keys, AccountStatusCache statuses, TimeProvider time)
{
    private readonly CachingTokenHandler _handler = new(known, keys.EnsureKnownAsync);
    private readonly TokenValidationParameters _parameters = TokenParameters.Create(TokenParameters.Media, options, known, time);

    /// <summary>The caller that the token was issued to; null when it does not grant access to this resource now.</summary>
    public async ValueTask<ClaimsPrincipal?> FindAsync(string token, string resource)
    {
        var result = await _handler.ValidateTokenAsync(token, _parameters);
        return result.IsValid && TokenClaims.Read((JsonWebToken)result.SecurityToken) is { } claims && claims.Resource == resource
            && await statuses.AllowsAsync(claims.UserId, claims.Role, claims.SessionId, claims.ApiKeyId)
            ? new ClaimsPrincipal(result.ClaimsIdentity)
            : null;
    }
}
