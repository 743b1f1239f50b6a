namespace Audio.Orleans.Contracts.Accounts;

/// <summary>How a login ended: tokens, or nothing for a wrong address or password.</summary>
/// <param name="Tokens">The tokens; null when refused.</param>
/// <param name="RetryAfter">Set when there were too many failures: how long to wait.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.login-outcome")]
public sealed record LoginOutcome([property: Id(0)] TokenPair? Tokens, [property: Id(1)] TimeSpan? RetryAfter);
