using System.Text.Json;
using System.Text.Json.Serialization;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary>The routes that podcast apps fetch: the feed, the audio, chapters and transcripts.</summary>
public static class PodcastMediaApi
{
    /// <summary>The media type of JSON chapters (podcast namespace).</summary>
    public const string ChaptersType = "application/json+chapters";

    private static readonly JsonSerializerOptions ChapterJson = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapPodcastMedia(this IEndpointRouteBuilder routes)
    {
        var media = routes.MapGroup("/podcasts/{podcastId:guid}").WithTags("Podcasts").WithMetadata(MediaResource.Podcast)
            .AllowAnyOrigin().WithoutLimit().WithoutDeadline().AnswerStoreFaults();
        var feeds = routes.ServiceProvider.GetRequiredService<FeedCache>();
        var address = routes.ServiceProvider.GetRequiredService<PublicAddress>();
        media.MapMethods("/rss.xml", [HttpMethods.Get, HttpMethods.Head], FeedEndpoint.GetAsync).WithFastPath(context => FeedEndpoint.TryServe(context, feeds, address)).WithName("podcasts.get_feed").WithMetadata(new TakesQuery(FeedAccess.TokenParameter))
            .WithSummary("The feed (RSS 2.0, with Apple's tags and those of Podcasting 2.0); `feed_token` is that of a subscriber, `archive` a page of older episodes.")
            .Produces<string>(StatusCodes.Status200OK, FeedEndpoint.ContentType).Produces(StatusCodes.Status304NotModified).ProducesReadProblems();
        media.MapMethods("/episodes/{episodeId:guid}/audio.mp3", [HttpMethods.Get, HttpMethods.Head], EnclosureEndpoint.GetAsync).WithName("podcasts.get_audio")
            .WithSummary("The audio of an episode, which the feed names `{episode_id}.mp3`; downloads are counted by the IAB's rules.")
            .Produces<Stream>(StatusCodes.Status200OK, "audio/mpeg").Produces<Stream>(StatusCodes.Status206PartialContent, "audio/mpeg").Produces(StatusCodes.Status302Found)
            .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status416RangeNotSatisfiable).ProducesReadProblems().ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        // The same under a name of its own, as feeds have it: many clients save a file by the last part of its address.
        media.MapMethods("/episodes/{episodeId:guid}/{name:guid}.mp3", [HttpMethods.Get, HttpMethods.Head], EnclosureEndpoint.GetAsync).ExcludeFromDescription();
        media.MapMethods("/episodes/{episodeId:guid}/chapters.json", [HttpMethods.Get, HttpMethods.Head], GetChaptersAsync).WithName("podcasts.get_chapters")
            .WithSummary("The chapters of an episode (JSON Chapters 1.2).").Produces<string>(StatusCodes.Status200OK, ChaptersType).ProducesReadProblems();
        media.MapMethods("/episodes/{episodeId:guid}/transcripts/{language}", [HttpMethods.Get, HttpMethods.Head], GetTranscriptAsync).WithName("podcasts.get_transcript")
            .WithSummary("A transcript of an episode.").Produces<string>(StatusCodes.Status200OK, "application/srt", "text/vtt", "application/json").ProducesReadProblems();
        return media;
    }

    private static async Task<IResult> GetChaptersAsync(
        Guid podcastId, Guid episodeId, HttpContext context, IGrainFactory grains, EnclosureCache enclosures, FeedAccess access, AccessPolicy policy)
    {
        if (await RefuseAsync(podcastId, episodeId, context, enclosures, access, policy) is { } refusal)
            return refusal;
        var episode = await FindAsync(podcastId, episodeId, context, grains);
        return episode.Fields.Chapters is { IsEmpty: false } chapters
            ? TypedResults.Bytes(JsonSerializer.SerializeToUtf8Bytes(new { version = "1.2.0", chapters = chapters.Select(ToJson) }, ChapterJson), ChaptersType)
            : ProblemJson.Create(StatusCodes.Status404NotFound, "The episode has no chapters");
    }

    private static async Task<IResult> GetTranscriptAsync(
        Guid podcastId, Guid episodeId, string language, HttpContext context, IGrainFactory grains, EnclosureCache enclosures, FeedAccess access, AccessPolicy policy, IObjectStore store)
    {
        if (await RefuseAsync(podcastId, episodeId, context, enclosures, access, policy) is { } refusal)
            return refusal;
        var episode = await FindAsync(podcastId, episodeId, context, grains);
        var transcript = episode.Transcripts.FirstOrDefault(one => one.Language.Equals(language, StringComparison.OrdinalIgnoreCase));
        if (transcript?.Key is null)
            return ProblemJson.Create(StatusCodes.Status404NotFound, "The episode has no transcript in this language");
        await MediaResponses.SendAsync(context, store, transcript.Key, transcript.ContentType, "private, no-cache");
        return TypedResults.Empty;
    }

    /// <summary>The same check as for the audio: chapters and transcripts tell what is said in it.</summary>
    private static async Task<IResult?> RefuseAsync(Guid podcastId, Guid episodeId, HttpContext context, EnclosureCache enclosures, FeedAccess access, AccessPolicy policy)
    {
        if (await EnclosureEndpoint.FindAsync(podcastId, episodeId, context, enclosures, access) is not { } found)
            return ProblemJson.Create(StatusCodes.Status404NotFound, "Episode not found");
        return await policy.RefuseAsync(Publication.From(podcastId, found.Enclosure.Access), found.Signed is { IsExpired: false } signed ? signed.User : context.User);
    }

    private static Task<EpisodeDetails> FindAsync(Guid podcastId, Guid episodeId, HttpContext context, IGrainFactory grains) =>
        grains.Episodes(podcastId).GetEpisode(context.User.ToPodcastReader(), episodeId);

    private static object ToJson(Chapter chapter) => new
    {
        startTime = Math.Round(chapter.StartSeconds, 3),
        title = chapter.Title,
        img = chapter.ImageUrl,
        url = chapter.Url,
        endTime = chapter.EndSeconds,
        toc = chapter.IsHidden ? false : (bool?)null,
    };
}
