namespace AudioOrleans.Grains.Interfaces.ApiKeys;

/// <summary>A request to create an API key.</summary>
/// <param name="KeyId">Its id; repeating the request creates no second key, but a new secret.</param>
/// <param name="Name">Its name, 1 to 100 characters.</param>
/// <param name="Scopes">What it may do: a subset of its owner's scopes.</param>
/// <param name="ExpiresAt">When it expires, UTC; null for never.</param>
[GenerateSerializer, Immutable, Alias("audio.api-keys.create")]
public sealed record CreateApiKey(
    [property: Id(0)] Guid KeyId, [property: Id(1)] string Name, [property: Id(2)] ImmutableArray<string> Scopes, [property: Id(3)] DateTimeOffset? ExpiresAt);

/// <summary>An API key as its owner sees it.</summary>
/// <param name="KeyId">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="ExpiresAt">When it expires, UTC; null for never.</param>
/// <param name="LastUsedAt">When it was used last, UTC, to the minute; null for never.</param>
[GenerateSerializer, Immutable, Alias("audio.api-keys.details")]
public sealed record ApiKeyDetails(
    [property: Id(0)] Guid KeyId,
    [property: Id(1)] string Name,
    [property: Id(2)] string Prefix,
    [property: Id(3)] ImmutableArray<string> Scopes,
    [property: Id(4)] DateTimeOffset CreatedAt,
    [property: Id(5)] DateTimeOffset? ExpiresAt,
    [property: Id(6)] DateTimeOffset? LastUsedAt);

/// <summary>The data that a gateway checks an API key against.</summary>
/// <param name="KeyId">Its id.</param>
/// <param name="Hash">See <see cref="OpaqueToken.Hash"/>.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="ExpiresAt">When it expires, UTC; null for never.</param>
[GenerateSerializer, Immutable, Alias("audio.api-keys.verifier")]
public sealed record ApiKeyVerifier(
    [property: Id(0)] Guid KeyId, [property: Id(1)] string Hash, [property: Id(2)] ImmutableArray<string> Scopes, [property: Id(3)] DateTimeOffset? ExpiresAt);

/// <summary>The result of a request to create an API key.</summary>
/// <param name="Details">The key's details.</param>
/// <param name="KeyToken">The key itself, shown only here.</param>
/// <param name="Problems">Validation problems; if there are any, no key was created.</param>
[GenerateSerializer, Immutable, Alias("audio.api-keys.outcome")]
public sealed record ApiKeyOutcome(
    [property: Id(0)] ApiKeyDetails? Details, [property: Id(1)] string? KeyToken, [property: Id(2)] ImmutableArray<FieldProblem> Problems)
{
    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => "ApiKeyOutcome";
}
