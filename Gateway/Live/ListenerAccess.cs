using System.Security.Claims;
using Audio.Orleans.Contracts.Streams;
using Audio.Orleans.Gateway.Authentication;
using Audio.Orleans.Gateway.Problems;

namespace Audio.Orleans.Gateway.Live;

/// <summary>Decides whether a request may hear a stream.</summary>
public static class ListenerAccess
{
    /// <summary>
    /// Null when it may, else the answer. Public: everybody. Private: a token with <c>streams:read</c>. Monetized: a
    /// subscription as well; owner and admins need none.
    /// </summary>
    public static IResult? Refuse(StreamAccess? access, ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (access is null)
            return ProblemJson.Of(StatusCodes.Status404NotFound, "Stream not found");
        if (access is { Visibility: StreamVisibility.Public, Monetized: false } || (user.HasScope(Scopes.StreamsRead) && user.ToCaller().Owns(access.OwnerId)))
            return null;
        if (access.Monetized)
        {
            return ProblemJson.Of(StatusCodes.Status403Forbidden, "A subscription is needed",
                [new("subscription_required", true), new("plans_url", $"/v1/monetization/plans?owner={access.OwnerId:D}")]);
        }
        if (user.Identity is not { IsAuthenticated: true })
            return ProblemJson.Of(StatusCodes.Status401Unauthorized, "A valid token is needed");
        return user.HasScope(Scopes.StreamsRead)
            ? null
            : ProblemJson.Of(StatusCodes.Status403Forbidden, "The token lacks a scope", [new("missing_scope", Scopes.StreamsRead)]);
    }
}
