namespace Audio.Orleans.Contracts.Accounts;

/// <summary>The public keys of access tokens. A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.accounts.ITokenKeysGrain")]
public interface ITokenKeysGrain : IGrainWithStringKey
{
    /// <summary>All keys that tokens may be signed with.</summary>
    [Alias("GetKeys")]
    Task<ImmutableArray<SigningKeyInfo>> GetKeys();
}
