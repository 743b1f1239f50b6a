namespace AudioOrleans.Grains.Interfaces.Tokens;

/// <summary>The keys that sign tokens, and tokens for players. A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.tokens.ITokensGrain")]
public interface ITokensGrain : IGrainWithStringKey
{
    /// <summary>The public keys of all tokens that may still be valid.</summary>
    [Alias("GetKeys")]
    Task<ImmutableArray<SigningKeyInfo>> GetKeys();

    /// <summary>Makes a new key now. It is published at once and signs a little later, when every node knows it.</summary>
    /// <param name="revokeOld">
    /// True when a key was stolen: the old ones verify nothing any more, so that everybody has to refresh, and the new one
    /// signs at once.
    /// </param>
    /// <returns>The new key.</returns>
    [Alias("RotateKeys")]
    Task<SigningKeyInfo> RotateKeys(bool revokeOld);

    /// <summary>A token for one resource, for players that send no headers.</summary>
    [Alias("IssueMediaToken")]
    Task<MediaToken> IssueMediaToken(CreateMediaToken command);
}
