using System.Security.Claims;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Conventions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Operations;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Slugs;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Podcasts;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary>Podcasts.</summary>
public static class PodcastsApi
{
    /// <summary>The episodes of one response, unless the list is requested.</summary>
    private const int ShownEpisodes = 50;

    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapPodcasts(this IEndpointRouteBuilder routes)
    {
        var podcasts = routes.MapGroup("/podcasts").WithTags("Podcasts");
        podcasts.MapPost("/", CreateAsync).WithName("podcasts.create").AcceptsIdempotencyKey().RequireAuthorization(Scopes.PodcastsWrite)
            .WithSummary("Creates a podcast. Its feed is ready at once. With `custom_domain` it gets a host of its own.")
            .Produces<PodcastCreated>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        podcasts.MapGet("/", ListAsync).WithName("podcasts.list")
            .WithSummary("Public podcasts and one's own, newest first.")
            .Produces<ListResponse<PodcastItem>>().ProducesProblem(StatusCodes.Status400BadRequest);
        podcasts.MapGet("/{podcastId:guid}", GetAsync).WithName("podcasts.get").WithSummary("A podcast with its newest episodes, by its id or its slug; a former slug is redirected (301).")
            .Produces<PodcastResponse>().ProducesReadProblems();
        podcasts.MapGet(SlugRoutes.Pattern, GetBySlugAsync).WithName("podcasts.get_by_slug").ExcludeFromDescription();
        podcasts.MapPatch("/{podcastId:guid}", UpdateAsync).WithName("podcasts.update").RequireAuthorization(Scopes.PodcastsWrite)
            .WithSummary("Changes a podcast; with `If-Match` only if nobody else has changed it.").Produces<PodcastUpdated>().ProducesChangeProblems();
        podcasts.MapDelete("/{podcastId:guid}", DeleteAsync).WithName("podcasts.delete").RequireAuthorization(Scopes.PodcastsWrite)
            .WithSummary("Deletes a podcast with its episodes and its feed; the uploads stay.")
            .Produces(StatusCodes.Status204NoContent).ProducesReadProblems();
        podcasts.MapPost("/import", ImportAsync).WithName("podcasts.import").AcceptsIdempotencyKey().RequireAuthorization(Scopes.PodcastsWrite)
            .WithSummary("Imports a podcast from the feed of another host. Episodes keep their guids; their audio is linked, not copied.")
            .Produces<PodcastImportResponse>(StatusCodes.Status202Accepted).ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden);
        podcasts.MapGet("/import/{jobId:guid}", GetImportAsync).WithName("podcasts.get_import").RequireAuthorization(Scopes.PodcastsRead)
            .WithSummary("How far an import is.").Produces<PodcastImportResponse>().ProducesReadProblems();
        return podcasts;
    }

    /// <summary>The grain of a podcast.</summary>
    internal static IPodcastGrain Podcast(this IGrainFactory grains, Guid podcastId) => grains.GetGrain<IPodcastGrain>(GrainKeys.Podcast(podcastId));

    /// <summary>The grain of a podcast's episodes.</summary>
    internal static IEpisodesGrain Episodes(this IGrainFactory grains, Guid podcastId) => grains.GetGrain<IEpisodesGrain>(GrainKeys.Podcast(podcastId));

    /// <summary>The caller, if the token has the scope to read podcasts.</summary>
    internal static Caller ToPodcastReader(this ClaimsPrincipal user) => user.HasScope(Scopes.PodcastsRead) ? user.ToCaller() : Caller.Anonymous;

    /// <summary>The error response of a request that could not be done; null if it was.</summary>
    internal static IResult? Refuse(PodcastOutcome outcome)
    {
        if (!outcome.Problems.IsEmpty)
            return ProblemJson.Invalid(outcome.Problems);
        return outcome.Unusable is { } unusable ? ProblemJson.Create(StatusCodes.Status422UnprocessableEntity, unusable.Message, [new("reason", unusable.Reason)]) : null;
    }

    internal static RouteHandlerBuilder ProducesReadProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);

    internal static RouteHandlerBuilder ProducesChangeProblems(this RouteHandlerBuilder route) => route
        .ProducesReadProblems().ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status412PreconditionFailed).ProducesProblem(StatusCodes.Status422UnprocessableEntity);

    private static async Task<IResult> CreateAsync(NewPodcastRequest body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, PublicAddress address)
    {
        if (string.IsNullOrWhiteSpace(body.Title))
            return ProblemJson.Invalid([new FieldProblem("title", "Expected the podcast's title.", FieldCodes.Required)]);
        var podcastId = context.NewResourceId();
        var domain = body.CustomDomain is { } host ? new AddDomain(user.AccountId(), host, podcastId, context.Request.Host.Host) : null;
        if (domain is not null && await PodcastDomains.RefuseAsync(domain, user, grains) is { } refused)
            return refused;
        var outcome = await grains.Podcast(podcastId).Create(new CreatePodcast(user.AccountId(), body.ToFields(), address.InFull(PodcastPaths.Feed(podcastId), context.Request)));
        if (Refuse(outcome) is { } refusal)
            return refusal;
        var created = new PodcastCreated(podcastId, address.Of(PodcastPaths.Feed(podcastId)));
        if (domain is not null)
        {
            var added = await PodcastDomains.AddAsync(domain, user, grains);
            if (added.Problem is { } problem)
                return ProblemJson.Invalid([problem]);
            created = created.With(added.Details!);
        }
        context.Response.Headers.ETag = EntityTags.Format(outcome.Revision, EntityTags.OwnersView);
        return TypedResults.Created($"/v1/podcasts/{podcastId:D}", created);
    }

    private static async Task<IResult> ListAsync([AsParameters] CatalogQuery query, ClaimsPrincipal user, IGrainFactory grains, PublicAddress address)
    {
        var page = await Catalog(grains).List(user.ToPodcastReader(), query.ToPage(), query.WantsOwn(user));
        return TypedResults.Ok(page.ToAnswer(podcast => PodcastItem.From(podcast, address)));
    }

    private static async Task<IResult> GetAsync(Guid podcastId, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, AccessPolicy policy, PublicAddress address)
    {
        var podcast = await grains.Podcast(podcastId).Get();
        if (await policy.RefuseAsync(Publication.From(podcast), user) is { } refusal)
            return refusal;
        var caller = user.ToPodcastReader();
        var isOwner = caller.Owns(podcast.OwnerId);
        if (isOwner)
            context.Response.Headers.ETag = EntityTags.Format(podcast.Revision, EntityTags.OwnersView);
        var episodes = await grains.Episodes(podcastId).ListEpisodes(caller, new PageRequest(ShownEpisodes, null));
        return TypedResults.Ok(PodcastResponse.From(podcast, episodes.ToAnswer(episode => EpisodeResponse.From(episode, isOwner, address)), address));
    }

    private static Task<IResult> GetBySlugAsync(string slug, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, AccessPolicy policy, PublicAddress address) =>
        SlugRoutes.AnswerAsync("podcast", "/v1/podcasts", slug, context, grains, podcastId => GetAsync(podcastId, context, user, grains, policy, address));

    private static async Task<IResult> UpdateAsync(Guid podcastId, PodcastRequest body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, FeedCache feeds, EnclosureCache enclosures)
    {
        var outcome = await grains.Podcast(podcastId).Update(user.ToCaller(), body.ToFields(), context.Request.ExpectedRevision(EntityTags.OwnersView));
        feeds.ForgetPodcast(podcastId);
        enclosures.ForgetPodcast(podcastId);
        if (Refuse(outcome) is { } refusal)
            return refusal;
        context.Response.Headers.ETag = EntityTags.Format(outcome.Revision, EntityTags.OwnersView);
        return TypedResults.Ok(new PodcastUpdated(podcastId, outcome.UpdatedFields));
    }

    private static async Task<IResult> DeleteAsync(Guid podcastId, ClaimsPrincipal user, IGrainFactory grains, FeedCache feeds, EnclosureCache enclosures)
    {
        await grains.Podcast(podcastId).Delete(user.ToCaller());
        feeds.ForgetPodcast(podcastId);
        enclosures.ForgetPodcast(podcastId);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> ImportAsync(PodcastImportRequest body, HttpContext context, ClaimsPrincipal user, IGrainFactory grains)
    {
        var podcastId = context.NewResourceId();
        var jobId = await Catalog(grains).StartImport(user.AccountId(), podcastId, new Secret(body.FeedUrl ?? ""));
        return TypedResults.Accepted($"/v1/podcasts/import/{jobId:D}", new PodcastImportResponse(jobId, podcastId, JobState.Queued, 0, null));
    }

    private static async Task<IResult> GetImportAsync(Guid jobId, ClaimsPrincipal user, IGrainFactory grains)
    {
        var import = await Catalog(grains).GetImport(user.ToCaller(), jobId);
        return TypedResults.Ok(new PodcastImportResponse(import.JobId, import.PodcastId, import.State, import.Progress, import.Error));
    }

    private static IPodcastCatalogGrain Catalog(IGrainFactory grains) => grains.GetGrain<IPodcastCatalogGrain>(GrainKeys.Shared);
}
