using Audio.Orleans.Contracts.Tokens;

namespace Audio.Orleans.Grains.Tokens;

/// <inheritdoc cref="ITokensGrain"/>
[StatelessWorker, GrainType("tokens")]
public sealed class TokensGrain(SigningKeys keys, TokenIssuer tokens) : Grain, ITokensGrain
{
    /// <inheritdoc/>
    public Task<ImmutableArray<SigningKeyInfo>> GetKeys() => keys.GetPublicAsync();

    /// <inheritdoc/>
    public Task<SigningKeyInfo> RotateKeys(bool revokeOld) => keys.RotateAsync(revokeOld);

    /// <inheritdoc/>
    public Task<MediaToken> IssueMediaToken(MediaTokenWish wish) => tokens.IssueMediaAsync(wish);
}
