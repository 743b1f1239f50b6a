namespace AudioOrleans.Grains.Interfaces.Tokens;

/// <summary>The tokens that a login returns.</summary>
/// <param name="AccessToken">A JWT (RFC 7519), RS256.</param>
/// <param name="RefreshToken">Valid for one refresh.</param>
/// <param name="ExpiresIn">How long the access token is valid.</param>
[GenerateSerializer, Immutable, Alias("audio.tokens.token-pair")]
public sealed record TokenPair([property: Id(0)] string AccessToken, [property: Id(1)] string RefreshToken, [property: Id(2)] TimeSpan ExpiresIn)
{
    /// <summary>Keeps the tokens out of logs.</summary>
    public override string ToString() => "TokenPair";
}

/// <summary>A public key that verifies access tokens (RFC 7517).</summary>
/// <param name="KeyId">Its <c>kid</c>.</param>
/// <param name="Modulus">Its <c>n</c>, base64url.</param>
/// <param name="Exponent">Its <c>e</c>, base64url.</param>
[GenerateSerializer, Immutable, Alias("audio.tokens.signing-key")]
public sealed record SigningKeyInfo([property: Id(0)] string KeyId, [property: Id(1)] string Modulus, [property: Id(2)] string Exponent);
