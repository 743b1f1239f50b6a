using Audio.Orleans.Contracts.Accounts;

namespace Audio.Orleans.Grains.Accounts;

/// <inheritdoc cref="ITokenKeysGrain"/>
[StatelessWorker, GrainType("token-keys")]
public sealed class TokenKeysGrain(TokenIssuer tokens) : Grain, ITokenKeysGrain
{
    /// <inheritdoc/>
    public Task<ImmutableArray<SigningKeyInfo>> GetKeys() => tokens.GetPublicKeysAsync();
}
