using Audio.Orleans.Contracts.Streams;
using Audio.Orleans.Gateway.Authentication;
using Audio.Orleans.Gateway.Defence;
using Audio.Orleans.Gateway.Descriptions;
using Audio.Orleans.Gateway.Media;
using Audio.Orleans.Gateway.Problems;

namespace Audio.Orleans.Gateway.Live;

/// <summary>What players fetch: playlists, segments and progressive audio.</summary>
public static class LiveApi
{
    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapLive(this IEndpointRouteBuilder routes)
    {
        var live = routes.MapGroup("/streams/{streamId:guid}").WithTags("Live").WithMetadata(MediaResource.Stream)
            .AllowAnyOrigin().WithoutLimit().WithoutDeadline();
        live.MapMethods("/live.m3u8", [HttpMethods.Get, HttpMethods.Head], (Delegate)PlaylistEndpoint.GetAsync).WithName("live.get_playlist").WithMetadata(new TakesQuery("session"))
            .WithSummary("The HLS playlist (RFC 8216) of a live stream; `session` names the player, `token` a media token.")
            .Produces<string>(StatusCodes.Status200OK, PlaylistEndpoint.ContentType).Produces(StatusCodes.Status304NotModified)
            .ProducesMediaProblems();
        live.MapMethods("/segments/{file}", [HttpMethods.Get, HttpMethods.Head], (Delegate)SegmentEndpoint.GetAsync).WithName("live.get_segment")
            .WithSummary("A segment that the playlist lists.")
            .Produces<Stream>(StatusCodes.Status200OK, SegmentEndpoint.ContentType)
            .ProducesMediaProblems();
        live.MapMethods("/live.mp3", [HttpMethods.Get, HttpMethods.Head], (Delegate)ProgressiveEndpoint.GetAsync).WithName("live.get_mp3")
            .WithSummary("Endless MP3; with `Icy-MetaData: 1` titles stand between the audio.")
            .Produces<Stream>(StatusCodes.Status200OK, "audio/mpeg").Produces(StatusCodes.Status307TemporaryRedirect)
            .ProducesMediaProblems();
        live.MapMethods("/live.aac", [HttpMethods.Get, HttpMethods.Head], (Delegate)ProgressiveEndpoint.GetAsync).WithName("live.get_aac")
            .WithSummary("Endless AAC (ADTS); with `Icy-MetaData: 1` titles stand between the audio.")
            .Produces<Stream>(StatusCodes.Status200OK, "audio/aac").Produces(StatusCodes.Status307TemporaryRedirect)
            .ProducesMediaProblems();
        return live;
    }

    /// <summary>Finds the stream that a request may hear; otherwise gives the answer.</summary>
    internal static async ValueTask<(Guid StreamId, StreamAccess? Access, IResult? Refusal)> FindAsync(HttpContext context)
    {
        if (!Guid.TryParse(context.Request.RouteValues["streamId"] as string, out var streamId))
            return (default, null, ProblemJson.Of(StatusCodes.Status404NotFound, "Stream not found"));
        var access = await context.RequestServices.GetRequiredService<StreamGate>().FindAsync(streamId);
        if (ListenerAccess.Refuse(access, context.User) is { } refusal)
            return (streamId, access, refusal);
        return access!.Enabled ? (streamId, access, null) : (streamId, access, ProblemJson.Of(StatusCodes.Status404NotFound, "The stream is switched off"));
    }

    /// <summary>503: there will be something to hear soon.</summary>
    internal static IResult NotYet(HttpContext context)
    {
        context.Response.Headers.RetryAfter = "2";
        context.Response.Headers.CacheControl = "no-store";
        return ProblemJson.Of(StatusCodes.Status503ServiceUnavailable, "The stream is not on air yet");
    }

    /// <summary>Whether shared caches may keep what is sent: only what needs no token.</summary>
    internal static bool IsShareable(StreamAccess access) => access is { Visibility: StreamVisibility.Public, Monetized: false };

    private static RouteHandlerBuilder ProducesMediaProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized)
        .ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
