using System.Security.Claims;

namespace Audio.Orleans.Gateway.Authentication;

/// <summary>What a valid token says, whatever the time.</summary>
/// <param name="IsMedia">Whether it is one that stands in a media address.</param>
/// <param name="UserId">Its account.</param>
/// <param name="Role">The account's role when it was issued.</param>
/// <param name="SessionId">The session that it belongs to; null for a media token of an API key.</param>
/// <param name="ApiKeyId">The API key that it was asked for with; null for a session's.</param>
/// <param name="Resource">The one thing that a media token opens.</param>
/// <param name="NotBefore">When it begins, UTC.</param>
/// <param name="ExpiresAt">When it ends, UTC.</param>
/// <param name="Principal">The same for the framework; shared by the token's requests.</param>
public sealed record TokenClaims(
    bool IsMedia, Guid UserId, string Role, Guid? SessionId, Guid? ApiKeyId, string? Resource, DateTimeOffset NotBefore, DateTimeOffset ExpiresAt, ClaimsPrincipal Principal);
