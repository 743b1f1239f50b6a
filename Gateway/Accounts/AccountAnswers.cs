using Audio.Orleans.Contracts.Accounts;

namespace Audio.Orleans.Gateway.Accounts;

/// <summary>The answer to a registration.</summary>
public sealed record AccountRegistered(Guid UserId, string Email, AccountRole Role);

/// <summary>The answer to a login or a refresh.</summary>
/// <param name="AccessToken">A JWT for <c>Authorization: Bearer</c>.</param>
/// <param name="RefreshToken">Good for one refresh.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">The access token's life in seconds.</param>
public sealed record TokenAnswer(string AccessToken, string RefreshToken, string TokenType, long ExpiresIn)
{
    /// <summary>From what the grain gives.</summary>
    public static TokenAnswer From(TokenPair pair) => new(pair.AccessToken, pair.RefreshToken, "Bearer", (long)pair.ExpiresIn.TotalSeconds);
}

/// <summary>An account.</summary>
public sealed record AccountAnswer(Guid UserId, string Email, string Name, AccountRole Role, DateTimeOffset CreatedAt);

/// <summary>The answer to <c>GET /v1/health/auth</c>.</summary>
public sealed record AuthHealth(string Status, Guid UserId, string Role);

/// <summary>A JSON Web Key Set (RFC 7517).</summary>
public sealed record JsonWebKeys(IReadOnlyList<JsonWebKey> Keys);

/// <summary>An RSA key that verifies tokens (RFC 7518, section 6.3).</summary>
public sealed record JsonWebKey(string Kty, string Use, string Alg, string Kid, string N, string E);
