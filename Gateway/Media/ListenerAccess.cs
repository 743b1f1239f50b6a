using System.Security.Claims;
using Audio.Orleans.Contracts.Streams;
using Audio.Orleans.Gateway.Authentication;
using Audio.Orleans.Gateway.Problems;

namespace Audio.Orleans.Gateway.Media;

/// <summary>Something that can be heard, as far as access goes.</summary>
/// <param name="ReadScope">The scope that listening takes where it is private.</param>
/// <param name="OwnerId">The owner, who may always listen.</param>
/// <param name="Visibility">Who may hear it.</param>
/// <param name="Monetized">Whether a subscription is needed as well.</param>
public readonly record struct Publication(string ReadScope, Guid OwnerId, StreamVisibility Visibility, bool Monetized)
{
    /// <summary>Whether shared caches may keep what is sent: only what needs no token.</summary>
    public bool IsShareable => this is { Visibility: StreamVisibility.Public, Monetized: false };
}

/// <summary>Decides whether a request may hear something.</summary>
public static class ListenerAccess
{
    /// <summary>
    /// Null when it may, else the answer. Public: everybody. Private: a token with the scope. Monetized: a subscription as well; owner
    /// and admins need none.
    /// </summary>
    public static IResult? Refuse(Publication publication, ClaimsPrincipal user)
    {
        ArgumentNullException.ThrowIfNull(user);
        if (publication.IsShareable || (user.HasScope(publication.ReadScope) && user.ToCaller().Owns(publication.OwnerId)))
            return null;
        if (publication.Monetized)
        {
            return ProblemJson.Of(StatusCodes.Status403Forbidden, "A subscription is needed",
                [new("subscription_required", true), new("plans_url", $"/v1/monetization/plans?owner={publication.OwnerId:D}")]);
        }
        if (user.Identity is not { IsAuthenticated: true })
            return ProblemJson.Of(StatusCodes.Status401Unauthorized, "A valid token is needed");
        return user.HasScope(publication.ReadScope)
            ? null
            : ProblemJson.Of(StatusCodes.Status403Forbidden, "The token lacks a scope", [new("missing_scope", publication.ReadScope)]);
    }

    /// <summary>The same for a stream; there may be none.</summary>
    public static IResult? Refuse(StreamAccess? access, ClaimsPrincipal user) => access is null
        ? ProblemJson.Of(StatusCodes.Status404NotFound, "Stream not found")
        : Refuse(new Publication(Scopes.StreamsRead, access.OwnerId, access.Visibility, access.Monetized), user);
}
