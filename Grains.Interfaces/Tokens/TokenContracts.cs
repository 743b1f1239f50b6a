namespace AudioOrleans.Grains.Interfaces.Tokens;

/// <summary>The keys that sign tokens, and media tokens for players. A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.tokens.ITokensGrain")]
public interface ITokensGrain : IGrainWithStringKey
{
    /// <summary>The public keys of all tokens that may still be valid.</summary>
    [Alias("GetKeys")]
    Task<ImmutableArray<SigningKeyInfo>> GetKeys();

    /// <summary>Creates a key now. It is published immediately and signs a little later, when every node has it.</summary>
    /// <param name="revokeOld">
    /// True if a key was stolen: the old keys no longer verify anything, so that all clients have to refresh, and the new key
    /// signs immediately.
    /// </param>
    /// <returns>The new key.</returns>
    [Alias("RotateKeys")]
    Task<SigningKeyInfo> RotateKeys(bool revokeOld);

    /// <summary>A token for one resource, for players that send no headers.</summary>
    [Alias("IssueMediaToken")]
    Task<MediaToken> IssueMediaToken(CreateMediaToken command);
}

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
