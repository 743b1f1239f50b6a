using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Podcasts;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Billing;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.RelayHost.Ingest;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Primitives;

namespace AudioOrleans.Gateway.Media;

/// <summary>The covers of streams, playlists, podcasts, episodes and uploads.</summary>
public static class CoversApi
{
    /// <summary>For an address without the cover's version, or with an old one: it is confirmed each time.</summary>
    private static readonly StringValues Confirmed = "private, no-cache";

    /// <summary>Adds the cache of covers.</summary>
    public static IServiceCollection AddCovers(this IServiceCollection services) =>
        services.AddSingleton<CoverServices>().AddSingleton<CoverCache>().AddHostedService(provider => provider.GetRequiredService<CoverCache>());

    /// <summary>Adds the routes.</summary>
    public static void MapCovers(this IEndpointRouteBuilder routes)
    {
        Map(routes, "/streams/{streamId:guid}", new Covered("Stream", MediaResource.Stream, GrainKeys.Stream, CoverPaths.Stream, Scopes.StreamsRead, CoveredKind.Stream), "streams", "Streams", Scopes.StreamsWrite);
        Map(routes, "/playlists/{playlistId:guid}", new Covered("Playlist", MediaResource.Playlist, GrainKeys.Playlist, CoverPaths.Playlist, Scopes.PlaylistsRead, CoveredKind.Playlist), "playlists", "Playlists", Scopes.PlaylistsWrite);
        Map(routes, "/podcasts/{podcastId:guid}", new Covered("Podcast", MediaResource.Podcast, GrainKeys.Podcast, CoverPaths.Podcast, Scopes.PodcastsRead, CoveredKind.Podcast), "podcasts", "Podcasts", Scopes.PodcastsWrite);
        Map(routes, "/podcasts/{podcastId:guid}/episodes/{episodeId:guid}", new Covered("Episode", MediaResource.Podcast, GrainKeys.Podcast, CoverPaths.Podcast, Scopes.PodcastsRead, CoveredKind.Podcast), "podcasts", "Podcasts", Scopes.PodcastsWrite, "_episode");
        Map(routes, "/uploads/audio/{uploadId:guid}", new Covered("Upload", MediaResource.Upload, GrainKeys.Upload, CoverPaths.Upload, Scopes.UploadsRead, null, IsOwners: true), "uploads", "Uploads", Scopes.UploadsWrite);
    }

    private static void Map(IEndpointRouteBuilder routes, string path, Covered noun, string group, string tag, string writeScope, string part = "")
    {
        var covers = routes.MapGroup($"{path}/cover").WithTags(tag).AnswerStoreFaults();
        var what = noun.Noun.ToLowerInvariant();
        covers.MapPut("/", (HttpContext context, CoverServices services) => PutAsync(noun, context, services)).WithName($"{group}.put{part}_cover").RequireAuthorization(writeScope)
            .WithMetadata(new DisableRequestSizeLimitAttribute()).Accepts<Stream>("image/jpeg", "image/png", "image/webp", "application/octet-stream")
            .WithSummary($"Sets the cover of the {what}: JPEG, PNG or WebP, told by its content; at most 10 MiB, at least 150 x 150 and at most 50 million pixels. Its centre is kept, as a square. 202 if its pictures are not made within ten seconds.")
            .Produces<CoverResponse>().Produces<CoverResponse>(StatusCodes.Status202Accepted).ProducesCoverProblems()
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge).ProducesProblem(StatusCodes.Status415UnsupportedMediaType).ProducesProblem(StatusCodes.Status422UnprocessableEntity).ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        var get = covers.MapGet("/", (HttpContext context, CoverServices services) => GetAsync(noun, context, services)).WithName($"{group}.get{part}_cover")
            .WithSummary($"The cover of the {what}, and whether the last file could be used.").Produces<CoverResponse>().ProducesCoverProblems();
        covers.MapDelete("/", (HttpContext context, CoverServices services) => DeleteAsync(noun, context, services)).WithName($"{group}.delete{part}_cover").RequireAuthorization(writeScope)
            .WithSummary($"Removes the cover of the {what}.").Produces(StatusCodes.Status204NoContent).ProducesCoverProblems();
        var pictures = covers.MapMethods("/{picture}", [HttpMethods.Get, HttpMethods.Head], (string picture, HttpContext context, CoverServices services) => SendAsync(noun, picture, context, services))
            .WithName($"{group}.get{part}_cover_picture").WithMetadata(noun.Resource).WithMetadata(new TakesQuery("v")).AllowAnyOrigin().WithoutLimit().WithoutDeadline()
            .WithSummary($"The cover of the {what} in one size: `150`, `600` or `3000`, as `.jpg` or `.webp`. With the `v` of the cover it may be kept forever.")
            .Produces<Stream>(StatusCodes.Status200OK, "image/jpeg", "image/webp").Produces<Stream>(StatusCodes.Status206PartialContent, "image/jpeg", "image/webp")
            .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status416RangeNotSatisfiable).ProducesCoverProblems().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        foreach (var route in noun.IsOwners ? [get, pictures] : Array.Empty<RouteHandlerBuilder>())
            route.RequireAuthorization(noun.ReadScope);
    }

    private static async Task<IResult> PutAsync(Covered noun, HttpContext context, CoverServices services)
    {
        var (key, episodeId) = noun.Of(context);
        var covered = services.Grains.Covered(key);
        if (await RefuseOthersAsync(noun, await covered.FindCover(episodeId), context, services) is { } refusal)
            return refusal;
        var file = await ReadAsync(context);
        CoverPictures.Check(file.Span);
        var version = Guid.CreateVersion7();
        var original = CoverKeys.Original(key, episodeId, version);
        using (var content = new MemoryStream(file.ToArray(), writable: false))
            await services.Store.PutAsync(original, content, "application/octet-stream", cancellationToken: context.RequestAborted);
        try
        {
            await covered.ReplaceCover(context.User.ToCaller(), episodeId, version);
        }
        catch (AudioException exception) when (exception.Error is AudioError.NotFound or AudioError.Forbidden)
        {
            await services.Store.DeleteAsync(original, CancellationToken.None); // Deleted meanwhile: nobody else cleans up.
            throw;
        }
        var state = (await covered.WaitForCover(episodeId, version))?.State ?? CoverState.None;
        Forget(key, episodeId, services);
        if (state is { Pending: null, Problem: { } problem })
            return ProblemJson.Create(StatusCodes.Status422UnprocessableEntity, problem.Message, [new("reason", problem.Reason)]);
        var answer = CoverResponse.From(noun.PathOf(context), state, services.Address);
        return state.Pending is null ? TypedResults.Ok(answer) : TypedResults.Accepted($"{noun.PathOf(context)}/cover", answer);
    }

    private static async Task<IResult> GetAsync(Covered noun, HttpContext context, CoverServices services)
    {
        var (key, episodeId) = noun.Of(context);
        var found = await services.Grains.Covered(key).FindCover(episodeId);
        if (await RefuseAsync(noun, found, context, services) is { } refusal)
            return refusal;
        return found!.State == CoverState.None ? NoCover(noun) : TypedResults.Ok(CoverResponse.From(noun.PathOf(context), found.State, services.Address));
    }

    private static async Task<IResult> DeleteAsync(Covered noun, HttpContext context, CoverServices services)
    {
        var (key, episodeId) = noun.Of(context);
        var covered = services.Grains.Covered(key);
        if (await RefuseOthersAsync(noun, await covered.FindCover(episodeId), context, services) is { } refusal)
            return refusal;
        await covered.RemoveCover(context.User.ToCaller(), episodeId);
        Forget(key, episodeId, services);
        return TypedResults.NoContent();
    }

    private static async Task<IResult> SendAsync(Covered noun, string picture, HttpContext context, CoverServices services)
    {
        var (key, episodeId) = noun.Of(context);
        var found = await services.Cache.FindAsync((key, episodeId));
        if (await RefuseAsync(noun, found, context, services) is { } refusal)
            return refusal;
        if (CoverPictures.ContentTypeOf(picture) is not { } contentType || found!.State.Current is not { } cover)
            return NoCover(noun);
        var isVersion = context.Request.Query["v"] == cover.Version.ToString("N");
        var caching = !isVersion ? Confirmed : noun.Publish(found, context).IsShareable && found.IsPublished ? MediaResponses.Immutable : MediaResponses.PrivateImmutable;
        await MediaResponses.SendAsync(context, services.Store, CoverKeys.Folder(key, episodeId, cover.Version) + picture, contentType, caching);
        return TypedResults.Empty;
    }

    /// <summary>The same check as for the details.</summary>
    private static async ValueTask<IResult?> RefuseAsync(Covered noun, CoverDetails? found, HttpContext context, CoverServices services)
    {
        if (found is null || (!found.IsPublished && !context.User.ToCaller().Owns(found.OwnerId)))
            return ProblemJson.Create(StatusCodes.Status404NotFound, $"{noun.Noun} not found");
        return await services.Policy.RefuseAsync(noun.Publish(found, context), context.User);
    }

    private static async ValueTask<IResult?> RefuseOthersAsync(Covered noun, CoverDetails? found, HttpContext context, CoverServices services) => found is null
        ? ProblemJson.Create(StatusCodes.Status404NotFound, $"{noun.Noun} not found")
        : await services.Policy.RefuseOthersAsync(noun.Publish(found, context), context.User);

    private static IResult NoCover(Covered noun) => ProblemJson.Create(StatusCodes.Status404NotFound, $"{noun.Noun} has no such cover");

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context)
    {
        var body = new MemoryStream();
        var buffer = new byte[64 * 1024];
        if (context.Request.ContentLength > CoverPictures.MostBytes)
            throw new FileTooLargeException(CoverPictures.MostBytes);
        for (int read; (read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted)) > 0;)
        {
            if (body.Length + read > CoverPictures.MostBytes)
                throw new FileTooLargeException(CoverPictures.MostBytes);
            body.Write(buffer, 0, read);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    private static void Forget(string key, Guid? episodeId, CoverServices services)
    {
        services.Cache.Forget((key, episodeId));
        services.Feeds.ForgetPodcast(GrainKeys.ParseId(key)); // No other noun has the id of a podcast.
    }

    private static RouteHandlerBuilder ProducesCoverProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound);

    /// <summary>A kind of thing with a cover; <c>IsOwners</c> if only its owner may know of it.</summary>
    private sealed record Covered(string Noun, MediaResource Resource, Func<Guid, string> KeyOf, Func<Guid, string> Path, string ReadScope, CoveredKind? Kind, bool IsOwners = false)
    {
        public (string Key, Guid? EpisodeId) Of(HttpContext context) => (KeyOf(IdOf(context)), EpisodeOf(context));

        /// <summary>The path of what the cover belongs to.</summary>
        public string PathOf(HttpContext context) => EpisodeOf(context) is { } episodeId ? CoverPaths.Episode(IdOf(context), episodeId) : Path(IdOf(context));

        public Publication Publish(CoverDetails cover, HttpContext context) =>
            new(Noun, ReadScope, cover.OwnerId, cover.Visibility, cover.Monetized, cover.Invited, Kind is { } kind ? new CoveredResource(kind, IdOf(context)) : null);

        private Guid IdOf(HttpContext context) => Guid.Parse((string)context.Request.RouteValues[Resource.RouteParameter]!);

        private static Guid? EpisodeOf(HttpContext context) => context.Request.RouteValues["episodeId"] is string text ? Guid.Parse(text) : null;
    }
}

/// <summary>What the routes of covers use.</summary>
/// <param name="Grains">The grains.</param>
/// <param name="Store">The object store.</param>
/// <param name="Cache">The covers that pictures are requested of.</param>
/// <param name="Feeds">The feeds, which name covers.</param>
/// <param name="Policy">Decides on access.</param>
/// <param name="Address">The platform's addresses.</param>
public sealed record CoverServices(IGrainFactory Grains, IObjectStore Store, CoverCache Cache, FeedCache Feeds, AccessPolicy Policy, PublicAddress Address);

/// <summary>Caches the covers that pictures are requested of, by the key of a grain and an episode.</summary>
public sealed class CoverCache(IGrainFactory grains, TimeProvider time) : RefreshingCache<(string Key, Guid? EpisodeId), CoverDetails>(time)
{
    /// <inheritdoc/>
    protected override Task<CoverDetails?> AskAsync((string Key, Guid? EpisodeId) id, CoverDetails? last) => grains.Covered(id.Key).FindCover(id.EpisodeId);
}
