namespace Audio.Orleans.Contracts.Accounts.SignIn;

/// <summary>An account elsewhere that signs in to an account.</summary>
/// <param name="Provider">Where, such as <c>github</c>.</param>
/// <param name="LinkedAt">Since when, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.linked-identity")]
public sealed record LinkedIdentity([property: Id(0)] string Provider, [property: Id(1)] DateTimeOffset LinkedAt);
