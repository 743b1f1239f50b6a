using System.Security.Claims;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Conventions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Slugs;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>Creating, reading and changing playlists.</summary>
public static class PlaylistsApi
{
    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapPlaylists(this IEndpointRouteBuilder routes)
    {
        var playlists = routes.MapGroup("/playlists").WithTags("Playlists");
        playlists.MapPost("/", CreateAsync).WithName("playlists.create").AcceptsIdempotencyKey().RequireAuthorization(Scopes.PlaylistsWrite)
            .WithSummary("Creates a playlist of uploads and external addresses; each track is checked first.")
            .Produces<PlaylistCreated>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        playlists.MapGet("/", ListAsync).WithName("playlists.list").WithSummary("Lists public playlists and the caller's own, newest first.")
            .Produces<ListResponse<PlaylistResponse>>().ProducesProblem(StatusCodes.Status400BadRequest);
        playlists.MapGet("/{playlistId:guid}", GetAsync).WithName("playlists.get").WithSummary("Gets a playlist and the state of its tracks, by its id or its slug; a former slug is redirected (301).")
            .Produces<PlaylistResponse>().ProducesReadProblems();
        playlists.MapGet(SlugRoutes.Pattern, GetBySlugAsync).WithName("playlists.get_by_slug").ExcludeFromDescription();
        playlists.MapPatch("/{playlistId:guid}", UpdateAsync).WithName("playlists.update").RequireAuthorization(Scopes.PlaylistsWrite)
            .WithSummary("Changes a playlist; with `If-Match` only if nobody else has changed it.").ProducesChange();
        playlists.MapPut("/{playlistId:guid}/tracks", ReplaceTracksAsync).WithName("playlists.replace_tracks").RequireAuthorization(Scopes.PlaylistsWrite)
            .WithSummary("Reorders, adds or removes tracks.").ProducesChange();
        playlists.MapDelete("/{playlistId:guid}", DeleteAsync).WithName("playlists.delete").RequireAuthorization(Scopes.PlaylistsWrite)
            .WithSummary("Deletes a playlist; its uploads stay.")
            .Produces(StatusCodes.Status204NoContent).ProducesReadProblems();
        return playlists;
    }

    private static async Task<IResult> CreateAsync(NewPlaylist body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, PublicAddress address)
    {
        if (string.IsNullOrWhiteSpace(body.Title))
            return ProblemJson.Invalid([new FieldProblem("title", "Expected the playlist's title.", FieldCodes.Required)]);
        var playlistId = context.NewResourceId();
        var outcome = await Grain(grains, playlistId).Create(new CreatePlaylist(
            user.AccountId(), body.Title, body.Description ?? "", ToInputs(body.Tracks ?? []), body.Visibility ?? Visibility.Public, body.MonetizationEnabled ?? false, body.Slug));
        if (Refuse(outcome) is { } refusal)
            return refusal;
        context.Response.Headers.ETag = EntityTags.Format(outcome.Revision, EntityTags.OwnersView);
        return TypedResults.Created($"/v1/playlists/{playlistId:D}", new PlaylistCreated(playlistId, PlaylistUrls.From(playlistId, address)));
    }

    private static async Task<IResult> ListAsync([AsParameters] CatalogQuery query, ClaimsPrincipal user, IGrainFactory grains, PublicAddress address)
    {
        var page = await Catalog(grains).List(user.HasScope(Scopes.PlaylistsRead) ? user.ToCaller() : Caller.Anonymous, query.ToPage(), query.WantsOwn(user));
        return TypedResults.Ok(page.ToAnswer(playlist => PlaylistResponse.From(playlist, address)));
    }

    private static async Task<IResult> GetAsync(Guid playlistId, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, AccessPolicy policy, PublicAddress address)
    {
        var caller = user.HasScope(Scopes.PlaylistsRead) ? user.ToCaller() : Caller.Anonymous;
        var details = await Grain(grains, playlistId).Get(caller);
        if (await policy.RefuseAsync(Publication.From(details), user) is { } refusal)
            return refusal;
        var isOwner = caller.Owns(details.OwnerId);
        if (isOwner)
            context.Response.Headers.ETag = EntityTags.Format(details.Revision, EntityTags.OwnersView);
        // No 304: track status and plays change without a new revision.
        return TypedResults.Ok(PlaylistResponse.From(details, isOwner ? await Catalog(grains).GetPlays(playlistId) : null, address));
    }

    private static Task<IResult> GetBySlugAsync(string slug, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, AccessPolicy policy, PublicAddress address) =>
        SlugRoutes.AnswerAsync("playlist", "/v1/playlists", slug, context, grains, playlistId => GetAsync(playlistId, context, user, grains, policy, address));

    private static Task<IResult> UpdateAsync(Guid playlistId, PlaylistChanges body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, PlaylistAccessCache accessCache) =>
        ChangeAsync(playlistId, context, user, grains, accessCache, revision =>
            new PlaylistPatch(body.Title, body.Description, body.Tracks is null ? null : ToInputs(body.Tracks), body.Visibility, body.MonetizationEnabled, revision, body.Slug));

    private static Task<IResult> ReplaceTracksAsync(Guid playlistId, PlaylistTracks body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, PlaylistAccessCache accessCache) =>
        body.Tracks is null
            ? Task.FromResult(ProblemJson.Invalid([new FieldProblem("tracks", "Expected the tracks in order.", FieldCodes.Required)]))
            : ChangeAsync(playlistId, context, user, grains, accessCache, revision => new PlaylistPatch(null, null, ToInputs(body.Tracks), null, null, revision));

    private static async Task<IResult> ChangeAsync(
        Guid playlistId, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, PlaylistAccessCache accessCache, Func<long?, PlaylistPatch> patch)
    {
        var outcome = await Grain(grains, playlistId).Update(user.ToCaller(), patch(context.Request.ExpectedRevision(EntityTags.OwnersView)));
        accessCache.Forget(playlistId);
        if (Refuse(outcome) is { } refusal)
            return refusal;
        context.Response.Headers.ETag = EntityTags.Format(outcome.Revision, EntityTags.OwnersView);
        return TypedResults.Ok(new PlaylistUpdated(playlistId, outcome.UpdatedFields));
    }

    private static async Task<IResult> DeleteAsync(Guid playlistId, ClaimsPrincipal user, IGrainFactory grains, PlaylistAccessCache accessCache)
    {
        await Grain(grains, playlistId).Delete(user.ToCaller());
        accessCache.Forget(playlistId);
        return TypedResults.NoContent();
    }

    private static IResult? Refuse(PlaylistOutcome outcome)
    {
        if (!outcome.Problems.IsEmpty)
            return ProblemJson.Invalid(outcome.Problems);
        if (outcome.Unusable.IsEmpty)
            return null;
        var first = outcome.Unusable[0];
        return ProblemJson.Create(StatusCodes.Status422UnprocessableEntity, first.Message,
            [
                new("reason", first.Reason), new("track_index", first.Index),
                new("tracks", outcome.Unusable.Select(track => new UnusableTrackResponse(track.Index, track.Reason, track.Message)).ToArray()),
            ]);
    }

    private static ImmutableArray<TrackInput> ToInputs(IReadOnlyList<TrackRequest> tracks) => [.. tracks.Select(track => track?.ToInput() ?? new TrackRequest().ToInput())];

    private static IPlaylistGrain Grain(IGrainFactory grains, Guid playlistId) => grains.GetGrain<IPlaylistGrain>(GrainKeys.Playlist(playlistId));

    private static IPlaylistCatalogGrain Catalog(IGrainFactory grains) => grains.GetGrain<IPlaylistCatalogGrain>(GrainKeys.Shared);

    private static RouteHandlerBuilder ProducesReadProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static RouteHandlerBuilder ProducesChange(this RouteHandlerBuilder route) => route
        .Produces<PlaylistUpdated>().ProducesReadProblems().ProducesProblem(StatusCodes.Status400BadRequest)
        .ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private sealed record UnusableTrackResponse(int Index, string Reason, string Error);
}
