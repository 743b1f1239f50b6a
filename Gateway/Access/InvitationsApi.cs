using System.Security.Claims;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Gateway.Live;
using AudioOrleans.Gateway.Playlists;
using AudioOrleans.Gateway.Podcasts;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Access;

/// <summary>Invitations to private and paywalled resources.</summary>
public static class InvitationsApi
{
    /// <summary>Adds the routes.</summary>
    public static void MapInvitations(this IEndpointRouteBuilder routes)
    {
        Describe(
            routes.MapGet("/streams/{streamId:guid}/listeners", async (Guid streamId, ClaimsPrincipal user, IGrainFactory grains) =>
                Answer(await Stream(grains, streamId).GetInvited(user.ToCaller()))),
            routes.MapPut("/streams/{streamId:guid}/listeners", async (Guid streamId, InvitationRequest body, ClaimsPrincipal user, IGrainFactory grains, StreamAccessCache accessCache) =>
            {
                var problem = await Stream(grains, streamId).Invite(user.ToCaller(), body.Read());
                accessCache.Forget(streamId);
                return problem is null ? Answer(await Stream(grains, streamId).GetInvited(user.ToCaller())) : ProblemJson.Invalid([problem]);
            }),
            "streams", "Streams", "stream", Scopes.StreamsRead, Scopes.StreamsWrite);
        Describe(
            routes.MapGet("/playlists/{playlistId:guid}/listeners", async (Guid playlistId, ClaimsPrincipal user, IGrainFactory grains) =>
                Answer(await Playlist(grains, playlistId).GetInvited(user.ToCaller()))),
            routes.MapPut("/playlists/{playlistId:guid}/listeners", async (Guid playlistId, InvitationRequest body, ClaimsPrincipal user, IGrainFactory grains, PlaylistAccessCache accessCache) =>
            {
                var problem = await Playlist(grains, playlistId).Invite(user.ToCaller(), body.Read());
                accessCache.Forget(playlistId);
                return problem is null ? Answer(await Playlist(grains, playlistId).GetInvited(user.ToCaller())) : ProblemJson.Invalid([problem]);
            }),
            "playlists", "Playlists", "playlist", Scopes.PlaylistsRead, Scopes.PlaylistsWrite);
        Describe(
            routes.MapGet("/podcasts/{podcastId:guid}/listeners", async (Guid podcastId, ClaimsPrincipal user, IGrainFactory grains) =>
                Answer(await grains.Podcast(podcastId).GetInvited(user.ToCaller()))),
            routes.MapPut("/podcasts/{podcastId:guid}/listeners", async (Guid podcastId, InvitationRequest body, ClaimsPrincipal user, IGrainFactory grains, FeedCache feeds, EnclosureCache enclosures) =>
            {
                var problem = await grains.Podcast(podcastId).Invite(user.ToCaller(), body.Read());
                feeds.ForgetPodcast(podcastId);
                enclosures.ForgetPodcast(podcastId);
                return problem is null ? Answer(await grains.Podcast(podcastId).GetInvited(user.ToCaller())) : ProblemJson.Invalid([problem]);
            }),
            "podcasts", "Podcasts", "podcast", Scopes.PodcastsRead, Scopes.PodcastsWrite);
    }

    private static void Describe(RouteHandlerBuilder get, RouteHandlerBuilder put, string group, string tag, string noun, string readScope, string writeScope)
    {
        get.WithName($"{group}.get_listeners").WithSummary($"Lists who is invited to a private {noun}. Owner only.").RequireAuthorization(readScope);
        put.WithName($"{group}.put_listeners").RequireAuthorization(writeScope)
            .WithSummary($"Replaces the invitations to a private {noun}: accounts by id, or by e-mail address, which is valid once it is verified.")
            .ProducesProblem(StatusCodes.Status400BadRequest);
        foreach (var route in new[] { get, put })
        {
            route.WithTags(tag).Produces<InvitationsResponse>().ProducesProblem(StatusCodes.Status401Unauthorized)
                .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);
        }
    }

    private static IResult Answer(Invitations invited) =>
        TypedResults.Ok(new InvitationsResponse([.. invited.AccountIds.Select(id => id.ToString("D")), .. invited.Emails]));

    private static IStreamGrain Stream(IGrainFactory grains, Guid id) => grains.GetGrain<IStreamGrain>(GrainKeys.Stream(id));

    private static IPlaylistGrain Playlist(IGrainFactory grains, Guid id) => grains.GetGrain<IPlaylistGrain>(GrainKeys.Playlist(id));
}

/// <summary>The body of a request to invite.</summary>
[Example("""{"account_ids": ["01990c1e-7d5a-7c3e-9b0a-3f6a5a0b1c2d", "friend@example.org"]}""")]
public sealed record InvitationRequest
{
    /// <summary>Ids of accounts, or e-mail addresses; at most 500. An empty list invites nobody.</summary>
    public IReadOnlyList<string?>? AccountIds { get; init; }

    internal ImmutableArray<string> Read() => AccountIds is null
        ? throw new AudioException(new FieldProblem("account_ids", "Expected a list of account ids and e-mail addresses; an empty list invites nobody.", FieldCodes.Required))
        : [.. AccountIds.Select(id => id ?? "")];
}

/// <summary>The response about invitations.</summary>
/// <param name="AccountIds">Ids of accounts, and e-mail addresses as stored. Does not reveal whether an account with the address exists.</param>
public sealed record InvitationsResponse(IReadOnlyList<string> AccountIds);
