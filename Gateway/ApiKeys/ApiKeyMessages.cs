using AudioOrleans.Gateway.Descriptions;

namespace AudioOrleans.Gateway.ApiKeys;

/// <summary>The body of <c>POST /v1/api-keys</c>.</summary>
[Example("""{"name": "studio script", "scopes": ["streams:read", "streams:write"]}""")]
public sealed record ApiKeyRequest
{
    /// <summary>What its owner calls it, 1 to 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>What it may do, such as <c>streams:write</c>: some of what its owner may.</summary>
    public IReadOnlyList<string>? Scopes { get; init; }

    /// <summary>When it ends; leave out for never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }
}

/// <summary>The answer to <c>POST /v1/api-keys</c>.</summary>
/// <param name="KeyId">Its id.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="ApiKey">The key itself; nobody can show it again.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="ExpiresAt">When it ends, UTC; null for never.</param>
public sealed record ApiKeyCreated(Guid KeyId, string Name, string ApiKey, string Prefix, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt);

/// <summary>An API key.</summary>
/// <param name="KeyId">Its id.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Prefix">Its first characters.</param>
/// <param name="Scopes">What it may do.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="ExpiresAt">When it ends, UTC; null for never.</param>
/// <param name="LastUsedAt">When it was used last, UTC, to the minute; null for never.</param>
public sealed record ApiKeyResponse(Guid KeyId, string Name, string Prefix, IReadOnlyList<string> Scopes, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt);
