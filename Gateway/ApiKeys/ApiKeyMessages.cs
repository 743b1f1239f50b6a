using AudioOrleans.Gateway.Descriptions;

namespace AudioOrleans.Gateway.ApiKeys;

/// <summary>The body of <c>POST /v1/api-keys</c>.</summary>
[Example("""{"name": "studio script", "scopes": ["streams:read", "streams:write"]}""")]
public sealed record ApiKeyRequest
{
    /// <summary>The name given by its owner, 1 to 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Its scopes, such as <c>streams:write</c>: a subset of its owner's.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>When it expires; omit for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>The response to <c>POST /v1/api-keys</c>.</summary>
/// <param name="KeyId">Its id.</param>
/// <param name="Name">The name given by its owner.</param>
/// <param name="ApiKey">The key itself; it cannot be shown again.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Scopes">Its scopes.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="ExpiresAt">When it expires, UTC; null for never.</param>
public sealed record ApiKeyCreated(Guid KeyId, string Name, string ApiKey, string Prefix, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>An API key.</summary>
/// <param name="KeyId">Its id.</param>
/// <param name="Name">The name given by its owner.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Scopes">Its scopes.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="ExpiresAt">When it expires, UTC; null for never.</param>
/// <param name="LastUsedAt">When it was last used, UTC, to the minute; null for never.</param>
public sealed record ApiKeyResponse(Guid KeyId, string Name, string Prefix, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);
