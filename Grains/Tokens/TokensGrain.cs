using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Grains.Tokens;

/// <inheritdoc cref="ITokensGrain"/>
[StatelessWorker, GrainType("tokens")]
public sealed class TokensGrain(SigningKeys keys, TokenIssuer tokens) : Grain, ITokensGrain
{
    /// <inheritdoc/>
    public Task<ImmutableArray<SigningKeyInfo>> GetKeys() => keys.GetPublicAsync();

    /// <inheritdoc/>
    public Task<SigningKeyInfo> RotateKeys(bool revokeOld) => keys.RotateAsync(revokeOld);

    /// <inheritdoc/>
    public Task<MediaToken> IssueMediaToken(CreateMediaToken command) => tokens.IssueMediaAsync(command);
}
