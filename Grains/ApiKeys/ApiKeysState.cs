namespace AudioOrleans.Grains.ApiKeys;

/// <summary>What is kept of an account's API keys.</summary>
[GenerateSerializer, Alias("audio.api-keys.state")]
public sealed record ApiKeysState
{
    /// <summary>The keys, oldest first.</summary>
    [Id(0)] public ImmutableArray<ApiKey> Keys { get; init; } = [];
}

/// <summary>An API key. What opens anything is kept as a hash only.</summary>
/// <param name="KeyId">Its id.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Hash">SHA-256 of the key, hexadecimal.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="ExpiresAt">When it ends, UTC; null for never.</param>
/// <param name="LastUsedAt">When it was used last, UTC; null for never.</param>
[GenerateSerializer, Immutable, Alias("audio.api-keys.key")]
public sealed record ApiKey(
    [property: Id(0)] Guid KeyId,
    [property: Id(1)] string Name,
    [property: Id(2)] string Prefix,
    [property: Id(3)] string Hash,
    [property: Id(4)] ImmutableArray<string> Scopes,
    [property: Id(5)] DateTimeOffset CreatedAt,
    [property: Id(6)] DateTimeOffset? ExpiresAt,
    [property: Id(7)] DateTimeOffset? LastUsedAt);
