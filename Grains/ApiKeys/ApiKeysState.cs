namespace AudioOrleans.Grains.ApiKeys;

/// <summary>The stored API keys of an account.</summary>
[GenerateSerializer, Alias("audio.api-keys.state")]
public sealed record ApiKeysState
{
    /// <summary>The keys, oldest first.</summary>
    [Id(0)] public ImmutableArray<ApiKey> Keys { get; init; } = [];
}

/// <summary>An API key. Only a hash of the key is stored.</summary>
/// <param name="KeyId">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Hash">SHA-256 of the key, hexadecimal.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="ExpiresAt">When it expires, UTC; null for never.</param>
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
