namespace AudioOrleans.Grains.Interfaces.Tokens;

/// <summary>A request for a token in a media URL.</summary>
/// <param name="UserId">The account that listens.</param>
/// <param name="Role">Its role, as in its own token.</param>
/// <param name="SessionId">The session that requested it; null for an API key.</param>
/// <param name="ApiKeyId">The API key that requested it; null for a session.</param>
/// <param name="Resource">The resource it grants access to, such as <c>stream/…</c>.</param>
/// <param name="Scope">What it permits on that resource.</param>
/// <param name="Lifetime">How long it is valid.</param>
[GenerateSerializer, Immutable, Alias("audio.tokens.media-wish")]
public sealed record CreateMediaToken(
    [property: Id(0)] Guid UserId,
    [property: Id(1)] string Role,
    [property: Id(2)] Guid? SessionId,
    [property: Id(3)] Guid? ApiKeyId,
    [property: Id(4)] string Resource,
    [property: Id(5)] string Scope,
    [property: Id(6)] TimeSpan Lifetime);

/// <summary>A token in a media URL.</summary>
/// <param name="Token">A JWT (RFC 7519), RS256, of type <c>media+jwt</c>.</param>
/// <param name="ExpiresAt">When it expires, UTC.</param>
[GenerateSerializer, Immutable, Alias("audio.tokens.media")]
public sealed record MediaToken([property: Id(0)] string Token, [property: Id(1)] DateTimeOffset ExpiresAt)
{
    /// <summary>Keeps the token out of logs.</summary>
    public override string ToString() => "MediaToken";
}
