using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Access;

/// <summary>
/// The one check that decides who may have something: its details, its status, its history, its events and its audio. Public: anybody.
/// Members: any token with the scope. Private: the owner, admins, the invited and holders of a media token for it. Monetized, whatever
/// the visibility: the owner, admins, the invited, and subscribers.
/// </summary>
public sealed class AccessPolicy(AccountStatusCache statuses)
{
    /// <summary>Null when the caller may, else the answer. What is private is not there for strangers.</summary>
    public ValueTask<IResult?> RefuseAsync(Publication publication, ClaimsPrincipal user) =>
        publication.IsShareable ? ValueTask.FromResult<IResult?>(null) : LookAsync(publication, user);

    /// <summary>The same for a stream; there may be none.</summary>
    public ValueTask<IResult?> RefuseAsync(StreamAccess? access, ClaimsPrincipal user) =>
        access is null ? ValueTask.FromResult<IResult?>(NotFound("Stream")) : RefuseAsync(Publication.From(access), user);

    /// <summary>Whether a request that only the owner may make is to be told so: of what is private strangers learn nothing.</summary>
    public async ValueTask<IResult?> RefuseOthersAsync(Publication publication, ClaimsPrincipal user)
    {
        if (user.ToCaller().Owns(publication.OwnerId))
            return null;
        return publication.Visibility == Visibility.Private && await LookAsync(publication with { Monetized = false }, user) is { } refusal
            ? refusal
            : ProblemJson.Create(StatusCodes.Status403Forbidden, $"{publication.Noun} belongs to somebody else");
    }

    private async ValueTask<IResult?> LookAsync(Publication publication, ClaimsPrincipal user)
    {
        if (user.ToCaller().Owns(publication.OwnerId) || await IsInvitedAsync(publication, user))
            return RequireScope(publication, user);
        if (publication.Monetized)
        {
            return ProblemJson.Create(StatusCodes.Status403Forbidden, "A subscription is needed",
                [new("subscription_required", true), new("plans_url", $"/v1/monetization/plans?owner={publication.OwnerId:D}")]);
        }
        if (user.Identity is not { IsAuthenticated: true })
            return ProblemJson.Create(StatusCodes.Status401Unauthorized, "A valid token is needed");
        // A media token is for one thing, and only those get one who may have it.
        return publication.Visibility == Visibility.Private && user.FindFirst(Principals.Resource) is null ? NotFound(publication.Noun) : RequireScope(publication, user);
    }

    private static IResult? RequireScope(Publication publication, ClaimsPrincipal user) => user.HasScope(publication.ReadScope)
        ? null
        : ProblemJson.Create(StatusCodes.Status403Forbidden, "The token lacks a scope", [new("missing_scope", publication.ReadScope)]);

    private async ValueTask<bool> IsInvitedAsync(Publication publication, ClaimsPrincipal user)
    {
        if (user.IdOf(Principals.Subject) is not { } accountId)
            return false;
        var invited = publication.Invited;
        return invited.Include(accountId, null)
            || (!invited.Emails.IsEmpty && await statuses.FindAsync(accountId, account => account.VerifiedEmail) is { } email && invited.Include(accountId, email));
    }

    private static IResult NotFound(string noun) => ProblemJson.Create(StatusCodes.Status404NotFound, $"{noun} not found");
}
