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
