using System.Security.Claims;
using AudioOrleans.Grains.Interfaces.Tokens;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>Validates tokens in the address of one resource, for players that send no headers.</summary>
public sealed class MediaTokens(TokenOptions options, VerificationKeys known, TokenKeys keys, AccountStatusCache statuses, TimeProvider time)
{
    private readonly CachingTokenHandler _handler = new(known, keys.EnsureKnownAsync);
    private readonly TokenValidationParameters _parameters = TokenParameters.Create(TokenParameters.Media, options, known, time);

    /// <summary>The caller that the token was issued to; null when it does not grant access to this resource now.</summary>
    public async ValueTask<ClaimsPrincipal?> FindAsync(string token, string resource)
    {
        var result = await _handler.ValidateTokenAsync(token, _parameters);
        return result.IsValid && TokenClaims.Read((JsonWebToken)result.SecurityToken) is { } claims && claims.Resource == resource
            && await statuses.AllowsAsync(claims.UserId, claims.Role, claims.SessionId, claims.ApiKeyId)
            ? new ClaimsPrincipal(result.ClaimsIdentity)
            : null;
    }
}

/// <summary>Marks endpoints that accept a media token in their address, and says which resource it must be for.</summary>
/// <param name="Kind">The kind of resource, such as <c>stream</c>.</param>
/// <param name="RouteParameter">The route parameter with its id.</param>
public sealed record MediaResource(string Kind, string RouteParameter)
{
    /// <summary>A stream by the route's <c>streamId</c>.</summary>
    public static MediaResource Stream { get; } = new("stream", "streamId");

    /// <summary>An upload by the route's <c>uploadId</c>.</summary>
    public static MediaResource Upload { get; } = new("upload", "uploadId");

    /// <summary>A playlist by the route's <c>playlistId</c>.</summary>
    public static MediaResource Playlist { get; } = new("playlist", "playlistId");

    /// <summary>A podcast by the route's <c>podcastId</c>.</summary>
    public static MediaResource Podcast { get; } = new("podcast", "podcastId");

    /// <summary>The name of one resource in tokens.</summary>
    public string Of(Guid id) => $"{Kind}/{id:D}";

    /// <summary>The resource that a request addresses.</summary>
    public string Of(HttpContext context) => Guid.TryParse(context.Request.RouteValues[RouteParameter] as string, out var id) ? Of(id) : "";
}
