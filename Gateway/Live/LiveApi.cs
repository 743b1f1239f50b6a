using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Live;

/// <summary>The routes that players fetch: playlists, segments and progressive audio.</summary>
public static class LiveApi
{
    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapLive(this IEndpointRouteBuilder routes)
    {
        var live = routes.MapGroup("/streams/{streamId:guid}").WithTags("Live").WithMetadata(MediaResource.Stream)
            .AllowAnyOrigin().WithoutLimit().WithoutDeadline();
        var fast = ActivatorUtilities.CreateInstance<LiveFastPath>(routes.ServiceProvider);
        live.MapMethods("/live.m3u8", [HttpMethods.Get, HttpMethods.Head], (Delegate)PlaylistEndpoint.GetAsync).WithFastPath(fast.TryServePlaylist).WithName("live.get_playlist").WithMetadata(new TakesQuery("session"))
            .WithSummary("The HLS playlist (RFC 8216) of a live stream; `session` identifies the player, `token` is a media token.")
            .Produces<string>(StatusCodes.Status200OK, PlaylistEndpoint.ContentType).Produces(StatusCodes.Status304NotModified)
            .ProducesMediaProblems();
        live.MapMethods("/segments/{file}", [HttpMethods.Get, HttpMethods.Head], (Delegate)SegmentEndpoint.GetAsync).WithFastPath(fast.TryServeSegment).WithName("live.get_segment")
            .WithSummary("A segment that the playlist lists.")
            .Produces<Stream>(StatusCodes.Status200OK, SegmentEndpoint.ContentType)
            .ProducesMediaProblems();
        live.MapProgressive("/live.mp3", "live.get_mp3", "audio/mpeg", "Endless MP3; with `Icy-MetaData: 1` titles are sent between the audio.");
        // SHOUTcast 1 sends audio to browsers only at addresses with this ending, and players learned to append it.
        live.MapProgressive("/live.mp3;", "live.get_mp3_semicolon", "audio/mpeg", "The same as `live.mp3`, for players that append a semicolon.");
        live.MapProgressive("/live.aac", "live.get_aac", "audio/aac", "Endless AAC (ADTS); with `Icy-MetaData: 1` titles are sent between the audio.");
        live.MapMethods("/live.m3u", [HttpMethods.Get, HttpMethods.Head], (Delegate)TuneInEndpoint.GetM3uAsync).WithName("live.get_m3u")
            .WithSummary("A playlist file for old players with the address of the progressive audio.")
            .Produces<string>(StatusCodes.Status200OK, TuneInEndpoint.M3u).ProducesMediaProblems();
        live.MapMethods("/live.pls", [HttpMethods.Get, HttpMethods.Head], (Delegate)TuneInEndpoint.GetPlsAsync).WithName("live.get_pls")
            .WithSummary("A playlist file for old players with the address of the progressive audio.")
            .Produces<string>(StatusCodes.Status200OK, TuneInEndpoint.Pls).ProducesMediaProblems();
        return live;
    }

    /// <summary>Finds the stream if the request may play it; otherwise returns the error response.</summary>
    internal static async ValueTask<(Guid StreamId, StreamAccess? Access, IResult? Refusal)> FindAsync(HttpContext context)
    {
        if (!Guid.TryParse(context.Request.RouteValues["streamId"] as string, out var streamId))
            return (default, null, ProblemJson.Create(StatusCodes.Status404NotFound, "Stream not found"));
        var access = await context.RequestServices.GetRequiredService<StreamAccessCache>().FindAsync(streamId);
        if (await context.RequestServices.GetRequiredService<AccessPolicy>().RefuseAsync(streamId, access, context.User) is { } refusal)
            return (streamId, access, refusal);
        return access!.Enabled ? (streamId, access, null) : (streamId, access, ProblemJson.Create(StatusCodes.Status404NotFound, "The stream is disabled"));
    }

    /// <summary>503: the stream will start soon.</summary>
    internal static IResult NotYet(HttpContext context) => Silent(context, "2", "The stream is not on air yet");

    /// <summary>503: the source has been failing for a long time, and is retried about once a minute.</summary>
    internal static IResult OffAir(HttpContext context) => Silent(context, "30", "The stream is off the air: its source does not respond");

    private static IResult Silent(HttpContext context, string retryAfterSeconds, string error)
    {
        context.Response.Headers.RetryAfter = retryAfterSeconds;
        context.Response.Headers.CacheControl = "no-store";
        return ProblemJson.Create(StatusCodes.Status503ServiceUnavailable, error);
    }

    /// <summary>Whether shared caches may store the response: only if it needs no token.</summary>
    internal static bool IsShareable(StreamAccess access) => access is { Visibility: Visibility.Public, Monetized: false };

    private static void MapProgressive(this RouteGroupBuilder live, string path, string name, string contentType, string summary) => live
        .MapMethods(path, [HttpMethods.Get, HttpMethods.Head], (Delegate)ProgressiveEndpoint.GetAsync).WithName(name).WithSummary(summary)
        .Produces<Stream>(StatusCodes.Status200OK, contentType).Produces(StatusCodes.Status307TemporaryRedirect)
        .ProducesMediaProblems();

    private static RouteHandlerBuilder ProducesMediaProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
