using System.Security.Claims;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Podcasts;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary>Private feeds: one token for each subscriber.</summary>
public static class FeedTokensApi
{
    /// <summary>Adds the routes.</summary>
    public static void MapFeedTokens(this IEndpointRouteBuilder routes)
    {
        var podcast = routes.MapGroup("/podcasts/{podcastId:guid}").WithTags("Podcasts");
        podcast.MapPost("/feed-token", (Guid podcastId, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, AccessPolicy policy, PublicAddress address) =>
            IssueAsync(podcastId, rotate: false, context, user, grains, policy, address)).WithName("podcasts.issue_feed_token").RequireAuthorization(Scopes.PodcastsRead)
            .WithSummary("One's own private feed of a podcast, for podcast apps; the same one each time.")
            .Produces<FeedTokenResponse>().ProducesReadProblems();
        podcast.MapPost("/feed-token/rotate", (Guid podcastId, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, AccessPolicy policy, PublicAddress address) =>
            IssueAsync(podcastId, rotate: true, context, user, grains, policy, address)).WithName("podcasts.rotate_feed_token").RequireAuthorization(Scopes.PodcastsRead)
            .WithSummary("Replaces one's own private feed: the old address is dead at once.")
            .Produces<FeedTokenResponse>().ProducesReadProblems();
        podcast.MapGet("/feed-tokens", ListAsync).WithName("podcasts.list_feed_tokens").RequireAuthorization(Scopes.PodcastsRead)
            .WithSummary("The private feeds of a podcast, with the networks and apps that used them in the last 30 days. Owner only.")
            .Produces<ListResponse<FeedTokenItem>>().ProducesReadProblems();
        podcast.MapDelete("/feed-tokens/{accountId:guid}", RevokeAsync).WithName("podcasts.revoke_feed_token").RequireAuthorization(Scopes.PodcastsWrite)
            .WithSummary("Revokes a subscriber's private feed at once. Owner only.")
            .Produces(StatusCodes.Status204NoContent).ProducesReadProblems();
    }

    private static async Task<IResult> IssueAsync(Guid podcastId, bool rotate, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, AccessPolicy policy, PublicAddress address)
    {
        var podcast = await grains.Podcast(podcastId).Get();
        if (await policy.RefuseAsync(Publication.From(podcast), user) is { } refusal)
            return refusal;
        var token = await grains.GetGrain<IFeedTokensGrain>(GrainKeys.Shared).Issue(podcastId, user.AccountId(), rotate);
        var text = FeedAccess.Format(token);
        return TypedResults.Ok(new FeedTokenResponse(text, address.InFull($"{PodcastPaths.Feed(podcastId)}?{FeedAccess.TokenParameter}={text}", context.Request), token.CreatedAt));
    }

    private static async Task<IResult> ListAsync(Guid podcastId, [AsParameters] ListQuery query, ClaimsPrincipal user, IGrainFactory grains, AccessPolicy policy)
    {
        if (await policy.RefuseOthersAsync(Publication.From(await grains.Podcast(podcastId).Get()), user) is { } refusal)
            return refusal;
        var page = await grains.GetGrain<IFeedTokensGrain>(GrainKeys.Shared).List(podcastId, query.ToPage());
        return TypedResults.Ok(page.ToAnswer(use => new FeedTokenItem(use.AccountId, use.CreatedAt, use.LastUsedAt, use.Networks, use.Apps)));
    }

    private static async Task<IResult> RevokeAsync(Guid podcastId, Guid accountId, ClaimsPrincipal user, IGrainFactory grains, AccessPolicy policy)
    {
        if (await policy.RefuseOthersAsync(Publication.From(await grains.Podcast(podcastId).Get()), user) is { } refusal)
            return refusal;
        return await grains.GetGrain<IFeedTokensGrain>(GrainKeys.Shared).Revoke(podcastId, accountId)
            ? TypedResults.NoContent()
            : ProblemJson.Create(StatusCodes.Status404NotFound, "The account has no private feed of this podcast");
    }
}

/// <summary>A private feed.</summary>
/// <param name="FeedToken">The token, which is a secret.</param>
/// <param name="RssFeedUrl">The address for podcast apps.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
public sealed record FeedTokenResponse(string FeedToken, string RssFeedUrl, DateTimeOffset CreatedAt);

/// <summary>A subscriber's private feed, as the podcast's owner sees it.</summary>
/// <param name="AccountId">The subscriber's account.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="LastUsedAt">When it was last used, UTC; null for never.</param>
/// <param name="Networks">The networks that used it in the last 30 days, most active first.</param>
/// <param name="Apps">The apps that used it in the last 30 days, most active first.</param>
public sealed record FeedTokenItem(Guid AccountId, DateTimeOffset CreatedAt, DateTimeOffset? LastUsedAt, IReadOnlyList<string> Networks, IReadOnlyList<string> Apps);
