using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Billing;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Access;

/// <summary>
/// The one check that decides who may access a resource: its details, status, history, events and audio. Public: anybody. Members: any token with
/// the scope. Private: the owner, admins, invited accounts and holders of a media token for it. Monetized, whatever the visibility: the owner,
/// admins, invited accounts, and subscribers.
/// </summary>
public sealed class AccessPolicy(AccountStatusCache statuses, EntitlementCache entitlements)
{
    /// <summary>Null if access is granted, otherwise the error response. To strangers, a private resource does not exist.</summary>
    public ValueTask<IResult?> RefuseAsync(Publication publication, ClaimsPrincipal user) =>
        publication.IsShareable ? ValueTask.FromResult<IResult?>(null) : LookAsync(publication, user);

    /// <summary>The same for a stream, which may not exist.</summary>
    public ValueTask<IResult?> RefuseAsync(Guid streamId, StreamAccess? access, ClaimsPrincipal user) =>
        access is null ? ValueTask.FromResult<IResult?>(NotFound("Stream")) : RefuseAsync(Publication.From(streamId, access), user);

    /// <summary>The error response to an owner-only request by somebody else: strangers learn nothing of a private resource.</summary>
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
            return await RequireSubscriptionAsync(publication, user);
        if (user.Identity is not { IsAuthenticated: true })
            return ProblemJson.Create(StatusCodes.Status401Unauthorized, "A valid token is needed");
        // A media token is for one resource, and is issued only to callers with access to it.
        return publication.Visibility == Visibility.Private && user.FindFirst(Principals.Resource) is null ? NotFound(publication.Noun) : RequireScope(publication, user);
    }

    private async ValueTask<IResult?> RequireSubscriptionAsync(Publication publication, ClaimsPrincipal user)
    {
        var entitlement = user.IdOf(Principals.Subject) is { } accountId && publication.Resource is { } resource
            ? await entitlements.FindAsync(accountId, publication.OwnerId, resource)
            : null;
        if (entitlement is not null && entitlements.IsCurrent(entitlement))
            return RequireScope(publication, user);
        return ProblemJson.Create(StatusCodes.Status403Forbidden, entitlement is null ? "A subscription is needed" : "The subscription has to be renewed",
        [
            new("subscription_required", true),
            new("plans_url", $"/v1/monetization/plans?owner={publication.OwnerId:D}"),
            .. entitlement is null ? Array.Empty<KeyValuePair<string, object?>>() : [new("renewal_url", $"/v1/monetization/subscriptions/{entitlement.SubscriptionId:D}/renew")],
        ]);
    }

    private static IResult? RequireScope(Publication publication, ClaimsPrincipal user) => user.HasScope(publication.ReadScope)
        ? null
        : ProblemJson.MissingScope(publication.ReadScope);

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
