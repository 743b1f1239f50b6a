namespace Audio.Orleans.Contracts.ApiKeys;

/// <summary>What a gateway checks an API key against.</summary>
/// <param name="KeyId">Its id.</param>
/// <param name="Hash">See <see cref="OpaqueToken.Hash"/>.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="ExpiresAt">When it ends, UTC; null for never.</param>
[GenerateSerializer, Immutable, Alias("audio.api-keys.verifier")]
public sealed record ApiKeyVerifier(
    [property: Id(0)] Guid KeyId, [property: Id(1)] string Hash, [property: Id(2)] ImmutableArray<string> Scopes, [property: Id(3)] DateTimeOffset? ExpiresAt);
