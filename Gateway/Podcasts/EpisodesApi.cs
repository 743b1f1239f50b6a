using System.Security.Claims;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Conventions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Podcasts;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary>The episodes of a podcast.</summary>
public static class EpisodesApi
{
    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapEpisodes(this IEndpointRouteBuilder routes)
    {
        var episodes = routes.MapGroup("/podcasts/{podcastId:guid}/episodes").WithTags("Podcasts");
        episodes.MapPost("/", CreateAsync).WithName("podcasts.create_episode").AcceptsIdempotencyKey().RequireAuthorization(Scopes.PodcastsWrite)
            .WithSummary("Adds an episode: an upload, or audio elsewhere. A date in the future schedules it.")
            .Produces<EpisodeCreated>(StatusCodes.Status201Created).ProducesChangeProblems();
        episodes.MapGet("/", ListAsync).WithName("podcasts.list_episodes").WithSummary("The episodes, newest first; for the owner also those that are not published.")
            .Produces<ListResponse<EpisodeResponse>>().ProducesReadProblems().ProducesProblem(StatusCodes.Status400BadRequest);
        episodes.MapGet("/{episodeId:guid}", GetAsync).WithName("podcasts.get_episode").WithSummary("An episode.")
            .Produces<EpisodeResponse>().ProducesReadProblems();
        episodes.MapPatch("/{episodeId:guid}", UpdateAsync).WithName("podcasts.update_episode").RequireAuthorization(Scopes.PodcastsWrite)
            .WithSummary("Changes an episode; with `If-Match` only if nobody else has changed it.").Produces<EpisodeUpdated>().ProducesChangeProblems();
        episodes.MapPut("/{episodeId:guid}/chapters", SetChaptersAsync).WithName("podcasts.put_chapters").RequireAuthorization(Scopes.PodcastsWrite)
            .WithSummary("Replaces the chapters.").Produces<EpisodeUpdated>().ProducesChangeProblems();
        episodes.MapDelete("/{episodeId:guid}", DeleteAsync).WithName("podcasts.delete_episode").RequireAuthorization(Scopes.PodcastsWrite)
            .WithSummary("Deletes an episode; its upload stays.")
            .Produces(StatusCodes.Status204NoContent).ProducesReadProblems();
        return episodes;
    }

    private static async Task<IResult> CreateAsync(Guid podcastId, EpisodeRequest body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, FeedCache feeds)
    {
        var episodeId = context.NewResourceId();
        var outcome = await grains.Episodes(podcastId).AddEpisode(user.ToCaller(), episodeId, body.ToFields());
        feeds.ForgetPodcast(podcastId);
        if (PodcastsApi.Refuse(outcome) is { } refusal)
            return refusal;
        context.Response.Headers.ETag = EntityTags.Format(outcome.Revision, EntityTags.OwnersView);
        return TypedResults.Created($"/v1/podcasts/{podcastId:D}/episodes/{episodeId:D}", new EpisodeCreated(episodeId, body.Guid?.Trim() ?? episodeId.ToString("D")));
    }

    private static async Task<IResult> ListAsync(Guid podcastId, [AsParameters] ListQuery query, ClaimsPrincipal user, IGrainFactory grains, AccessPolicy policy, PublicAddress address)
    {
        var podcast = await grains.Podcast(podcastId).Get();
        if (await policy.RefuseAsync(Publication.From(podcast), user) is { } refusal)
            return refusal;
        var caller = user.ToPodcastReader();
        var page = await grains.Episodes(podcastId).ListEpisodes(caller, query.ToPage());
        return TypedResults.Ok(page.ToAnswer(episode => EpisodeResponse.From(episode, caller.Owns(podcast.OwnerId), address)));
    }

    private static async Task<IResult> GetAsync(Guid podcastId, Guid episodeId, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, AccessPolicy policy, PublicAddress address)
    {
        var podcast = await grains.Podcast(podcastId).Get();
        if (await policy.RefuseAsync(Publication.From(podcast), user) is { } refusal)
            return refusal;
        var caller = user.ToPodcastReader();
        var episode = await grains.Episodes(podcastId).GetEpisode(caller, episodeId);
        if (caller.Owns(podcast.OwnerId))
            context.Response.Headers.ETag = EntityTags.Format(episode.Revision, EntityTags.OwnersView);
        return TypedResults.Ok(EpisodeResponse.From(episode, caller.Owns(podcast.OwnerId), address));
    }

    private static Task<IResult> UpdateAsync(Guid podcastId, Guid episodeId, EpisodeRequest body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, EnclosureCache enclosures, FeedCache feeds) =>
        ChangeAsync(podcastId, episodeId, body.ToFields(), context, user, grains, enclosures, feeds);

    private static async Task<IResult> SetChaptersAsync(
        Guid podcastId, Guid episodeId, ChaptersRequest body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, EnclosureCache enclosures, FeedCache feeds) =>
        body.Chapters is null
            ? ProblemJson.Invalid([new FieldProblem("chapters", "Expected the chapters in order.", FieldCodes.Required)])
            : await ChangeAsync(podcastId, episodeId, new EpisodeFields { Chapters = ChapterDescription.ToChapters(body.Chapters) }, context, user, grains, enclosures, feeds);

    private static async Task<IResult> ChangeAsync(
        Guid podcastId, Guid episodeId, EpisodeFields patch, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, EnclosureCache enclosures, FeedCache feeds)
    {
        var outcome = await grains.Episodes(podcastId).UpdateEpisode(user.ToCaller(), episodeId, patch, context.Request.ExpectedRevision(EntityTags.OwnersView));
        enclosures.Forget((podcastId, episodeId));
        feeds.ForgetPodcast(podcastId);
        if (PodcastsApi.Refuse(outcome) is { } refusal)
            return refusal;
        context.Response.Headers.ETag = EntityTags.Format(outcome.Revision, EntityTags.OwnersView);
        return TypedResults.Ok(new EpisodeUpdated(episodeId, outcome.UpdatedFields));
    }

    private static async Task<IResult> DeleteAsync(Guid podcastId, Guid episodeId, ClaimsPrincipal user, IGrainFactory grains, EnclosureCache enclosures, FeedCache feeds)
    {
        await grains.Episodes(podcastId).DeleteEpisode(user.ToCaller(), episodeId);
        enclosures.Forget((podcastId, episodeId));
        feeds.ForgetPodcast(podcastId);
        return TypedResults.NoContent();
    }
}
