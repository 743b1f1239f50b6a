namespace Audio.Orleans.Contracts.ApiKeys;

/// <summary>A wish for an API key.</summary>
/// <param name="KeyId">Its id; the same wish again makes no second one, but another secret.</param>
/// <param name="Name">What its owner calls it, 1 to 100 characters.</param>
/// <param name="Scopes">What it may do: some of what its owner may.</param>
/// <param name="ExpiresAt">When it ends, UTC; null for never.</param>
[GenerateSerializer, Immutable, Alias("audio.api-keys.create")]
public sealed record CreateApiKey(
    [property: Id(0)] Guid KeyId, [property: Id(1)] string Name, [property: Id(2)] ImmutableArray<string> Scopes, [property: Id(3)] DateTimeOffset? ExpiresAt);
