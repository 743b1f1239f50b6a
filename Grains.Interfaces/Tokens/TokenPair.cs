namespace Audio.Orleans.Contracts.Tokens;

/// <summary>What a login gives.</summary>
/// <param name="AccessToken">A JWT (RFC 7519), RS256.</param>
/// <param name="RefreshToken">Good for one refresh.</param>
/// <param name="ExpiresIn">How long the access token lives.</param>
[GenerateSerializer, Immutable, Alias("audio.tokens.token-pair")]
public sealed record TokenPair([property: Id(0)] string AccessToken, [property: Id(1)] string RefreshToken, [property: Id(2)] TimeSpan ExpiresIn)
{
    /// <summary>Keeps the tokens out of logs.</summary>
    public override string ToString() => "TokenPair";
}
