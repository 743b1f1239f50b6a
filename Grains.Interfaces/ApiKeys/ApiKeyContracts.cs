namespace AudioOrleans.Grains.Interfaces.ApiKeys;

/// <summary>The API keys of an account, for DJ tooling. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.api-keys.IApiKeysGrain")]
public interface IApiKeysGrain : IGrainWithStringKey
{
    /// <summary>Creates a key.</summary>
    /// <exception cref="AudioException">Conflict: the account has the maximum number of keys.</exception>
    [Alias("Create")]
    Task<ApiKeyOutcome> Create(CreateApiKey command);

    /// <summary>The keys, newest first.</summary>
    /// <exception cref="AudioException">Invalid: the cursor is not one of ours.</exception>
    [AlwaysInterleave, Alias("List")]
    Task<Page<ApiKeyDetails>> List(PageRequest page);

    /// <summary>Revokes a key.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [Alias("Revoke")]
    Task Revoke(Guid keyId);

    /// <summary>Revokes all keys.</summary>
    [Alias("RevokeAll")]
    Task RevokeAll();

    /// <summary>The data that keys are checked against.</summary>
    [AlwaysInterleave, Alias("GetVerifiers")]
    Task<ImmutableArray<ApiKeyVerifier>> GetVerifiers();

    /// <summary>Records when a key was last used.</summary>
    [Alias("NoteUse")]
    Task NoteUse(Guid keyId, DateTimeOffset at);
}

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

/// <summary>API keys: <c>ao_</c>, then key id, account id and a secret, see <see cref="OpaqueToken"/>.</summary>
public static class ApiKeyToken
{
    /// <summary>The prefix of all API keys, so that secret scanners find keys published by mistake.</summary>
    public const string Start = "ao_";

    /// <summary>Enough to distinguish an account's keys, without exposing the secret.</summary>
    private const int PrefixLength = 12;

    /// <summary>Creates a key. Its own id comes first: users see the start of a key.</summary>
    public static string Create(Guid userId, Guid keyId) => Start + OpaqueToken.Create(keyId, userId);

    /// <summary>Reads the ids without verifying the key. False if the key is malformed.</summary>
    public static bool TryRead(string? key, out Guid userId, out Guid keyId)
    {
        Span<Guid> ids = stackalloc Guid[2];
        var read = key?.StartsWith(Start, StringComparison.Ordinal) == true && OpaqueToken.TryRead(key.AsSpan(Start.Length), ids);
        (keyId, userId) = (ids[0], ids[1]);
        return read;
    }

    /// <summary>The part of a key that is displayed: its first characters.</summary>
    public static string PrefixOf(string key) => key[..PrefixLength];
}
