using System.Text;
using System.Text.RegularExpressions;
using Audio.Orleans.Contracts.Playlists;
using Audio.Orleans.Gateway.Access;
using Audio.Orleans.Gateway.Authentication;
using Audio.Orleans.Gateway.Defence;
using Audio.Orleans.Gateway.Descriptions;
using Audio.Orleans.Gateway.Media;
using Audio.Orleans.Gateway.Problems;
using Audio.Orleans.RelayHost.Objects;
using Audio.Orleans.RelayHost.OnDemand;
using Audio.Orleans.RelayHost.Segmenting;

namespace Audio.Orleans.Gateway.Playlists;

/// <summary>What players fetch of a playlist.</summary>
public static partial class PlaylistMediaApi
{
    /// <summary>A player that has it asks again whether it is the one: so each play is seen, also behind shared caches.</summary>
    private const string Revalidated = "no-cache";

    private const string PrivateRevalidated = "private, no-cache";

    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapPlaylistMedia(this IEndpointRouteBuilder routes)
    {
        var media = routes.MapGroup("/playlists/{playlistId:guid}").WithTags("Playlists").WithMetadata(MediaResource.Playlist)
            .AllowAnyOrigin().WithoutLimit().WithoutDeadline().AnswerStoreFaults();
        media.MapMethods("/stream.m3u8", [HttpMethods.Get, HttpMethods.Head], GetManifestAsync).WithName("playlists.get_hls").WithMetadata(new TakesQuery("session"))
            .WithSummary("One HLS playlist (RFC 8216) of all tracks; `session` names the player, `token` a media token.")
            .Produces<string>(StatusCodes.Status200OK, VodPlaylist.ContentType).Produces(StatusCodes.Status304NotModified).ProducesMediaProblems();
        media.MapMethods("/hls/{name}/{file}", [HttpMethods.Get, HttpMethods.Head], GetSegmentAsync).WithName("playlists.get_segment")
            .WithSummary("A segment that the playlist lists; it never changes.")
            .Produces<Stream>(StatusCodes.Status200OK, VodSegmenter.ContentType).Produces<Stream>(StatusCodes.Status206PartialContent, VodSegmenter.ContentType)
            .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status416RangeNotSatisfiable).ProducesMediaProblems();
        media.MapMethods("/stream.mp3", [HttpMethods.Get, HttpMethods.Head], PlaylistMp3Endpoint.GetAsync).WithName("playlists.get_mp3").WithMetadata(new TakesQuery("session"))
            .WithSummary("All tracks as one MP3; `t` begins so many seconds later.")
            .Produces<Stream>(StatusCodes.Status200OK, "audio/mpeg").Produces<Stream>(StatusCodes.Status206PartialContent, "audio/mpeg")
            .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status416RangeNotSatisfiable).ProducesProblem(StatusCodes.Status400BadRequest).ProducesMediaProblems();
        return media;
    }

    /// <summary>Finds the playlist that a request may hear, as it is wanted; otherwise gives the answer.</summary>
    internal static async Task<(PlaylistProgramme? Programme, IResult? Refusal)> FindAsync(
        Guid playlistId, HttpContext context, PlaylistGate gate, Func<PlaylistProgramme, bool> isWanted)
    {
        if (await gate.FindAsync(playlistId) is not { } programme)
            return (null, NotFound("Playlist not found"));
        if (await context.RequestServices.GetRequiredService<AccessPolicy>().RefuseAsync(Publication.Of(programme), context.User) is { } refusal)
            return (null, refusal);
        if (!isWanted(programme))
            programme = await gate.WaitAsync(playlistId, isWanted, null, context.RequestAborted);
        if (programme is null)
            return (null, NotFound("Playlist not found"));
        if (!isWanted(programme))
        {
            context.Response.Headers.RetryAfter = "5";
            context.Response.Headers.CacheControl = "no-store";
            return (null, ProblemJson.Of(StatusCodes.Status503ServiceUnavailable, "The playlist's tracks are still being fetched"));
        }
        return programme.Parts.IsEmpty ? (null, NotFound("The playlist has no track that can be heard")) : (programme, null);
    }

    /// <summary>How long what there is to hear may be kept as a whole, by whom.</summary>
    internal static string CacheControlOf(PlaylistProgramme programme) => Publication.Of(programme).IsShareable ? Revalidated : PrivateRevalidated;

    private static async Task<IResult> GetManifestAsync(Guid playlistId, HttpContext context, PlaylistGate gate, Manifests manifests, PlayCounter plays, BrokenTracks broken)
    {
        var (programme, refusal) = await FindAsync(playlistId, context, gate, programme => programme.ManifestKey is not null);
        if (refusal is not null)
            return refusal;
        if (await manifests.FindAsync(programme!.ManifestKey!, context.RequestAborted) is not { } text)
        {
            await broken.ReportManifestAsync(playlistId, programme.ManifestKey!);
            throw new ObjectStoreUnavailableException("The store has lost a playlist; it is built anew.");
        }
        if (HttpMethods.IsGet(context.Request.Method))
            plays.Note(playlistId, context);
        var version = programme.ManifestKey![(programme.ManifestKey!.LastIndexOf('/') + 1)..];
        await Manifests.SendAsync(context, text, version, CacheControlOf(programme));
        return TypedResults.Empty;
    }

    private static async Task<IResult> GetSegmentAsync(
        Guid playlistId, string name, string file, HttpContext context, PlaylistGate gate, IObjectStore store, Manifests manifests, BrokenTracks broken)
    {
        var (programme, refusal) = await FindAsync(playlistId, context, gate, _ => true);
        if (refusal is not null)
            return refusal;
        var isOne = PlaylistKeys.TryReadSegmentFolder(name, out var media, out var ticks) && SegmentName().IsMatch(file);
        var track = programme!.Parts.FirstOrDefault(part => PlaylistKeys.MediaName(part.HlsPrefix) == media);
        // Who plays a manifest that was replaced meanwhile plays it to its end.
        var prefix = track?.HlsPrefix ?? programme.FormerHls.FirstOrDefault(former => PlaylistKeys.MediaName(former) == media);
        if (!isOne || prefix is null)
        {
            context.Response.Headers.CacheControl = "no-store";
            return NotFound("There is no such segment");
        }
        var isShareable = Publication.Of(programme).IsShareable;
        var cacheControl = isShareable ? MediaAnswers.Immutable : MediaAnswers.PrivateImmutable;
        if (!await MediaAnswers.SendAsync(context, store, prefix + file, VodSegmenter.ContentType, cacheControl, segment => new TsTimeShift(segment, ticks)) && track is not null
            && await manifests.FindAsync(programme.ManifestKey!, context.RequestAborted) is { } text && text.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"hls/{name}/{file}\n")) >= 0)
        {
            await broken.ReportAsync(playlistId, [(track.TrackId, prefix + file)]);
        }
        return TypedResults.Empty;
    }

    private static IResult NotFound(string error) => ProblemJson.Of(StatusCodes.Status404NotFound, error);

    private static RouteHandlerBuilder ProducesMediaProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    [GeneratedRegex(@"^[a-z0-9-]{1,40}\.ts\z")]
    private static partial Regex SegmentName();
}
