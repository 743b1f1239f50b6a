using System.Text;
using System.Text.RegularExpressions;
using AudioOrleans.Gateway.Access;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.RelayHost.Segmenting;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>The routes that players fetch of a playlist.</summary>
public static partial class PlaylistMediaApi
{
    /// <summary>A player with a cached copy revalidates it, so that each play is counted, even behind shared caches.</summary>
    private const string Revalidated = "no-cache";

    private const string PrivateRevalidated = "private, no-cache";

    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapPlaylistMedia(this IEndpointRouteBuilder routes)
    {
        var media = routes.MapGroup("/playlists/{playlistId:guid}").WithTags("Playlists").WithMetadata(MediaResource.Playlist)
            .AllowAnyOrigin().WithoutLimit().WithoutDeadline().AnswerStoreFaults();
        media.MapMethods("/stream.m3u8", [HttpMethods.Get, HttpMethods.Head], GetManifestAsync).WithName("playlists.get_hls").WithMetadata(new TakesQuery("session"))
            .WithSummary("One HLS playlist (RFC 8216) of all tracks; `session` identifies the player, `token` is a media token.")
            .Produces<string>(StatusCodes.Status200OK, VodPlaylist.ContentType).Produces(StatusCodes.Status304NotModified).ProducesMediaProblems();
        media.MapMethods("/hls/{name}/{file}", [HttpMethods.Get, HttpMethods.Head], GetSegmentAsync).WithName("playlists.get_segment")
            .WithSummary("A segment that the playlist lists; it never changes.")
            .Produces<Stream>(StatusCodes.Status200OK, VodSegmenter.ContentType).Produces<Stream>(StatusCodes.Status206PartialContent, VodSegmenter.ContentType)
            .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status416RangeNotSatisfiable).ProducesMediaProblems();
        media.MapMethods("/stream.mp3", [HttpMethods.Get, HttpMethods.Head], PlaylistMp3Endpoint.GetAsync).WithName("playlists.get_mp3").WithMetadata(new TakesQuery("session"))
            .WithSummary("All tracks as one MP3; `t` is the start position in seconds.")
            .Produces<Stream>(StatusCodes.Status200OK, "audio/mpeg").Produces<Stream>(StatusCodes.Status206PartialContent, "audio/mpeg")
            .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status416RangeNotSatisfiable).ProducesProblem(StatusCodes.Status400BadRequest).ProducesMediaProblems();
        return media;
    }

    /// <summary>Finds the playlist in the requested state if the request may play it; otherwise returns the error response.</summary>
    internal static async Task<(PlaybackManifest? Playback, IResult? Refusal)> FindAsync(
        Guid playlistId, HttpContext context, PlaylistAccessCache accessCache, Func<PlaybackManifest, bool> isWanted)
    {
        if (await accessCache.FindAsync(playlistId) is not { } playback)
            return (null, NotFound("Playlist not found"));
        if (await context.RequestServices.GetRequiredService<AccessPolicy>().RefuseAsync(Publication.From(playlistId, playback), context.User) is { } refusal)
            return (null, refusal);
        if (!isWanted(playback))
            playback = await accessCache.WaitAsync(playlistId, isWanted, null, context.RequestAborted);
        if (playback is null)
            return (null, NotFound("Playlist not found"));
        if (!isWanted(playback))
        {
            context.Response.Headers.RetryAfter = "5";
            context.Response.Headers.CacheControl = "no-store";
            return (null, ProblemJson.Create(StatusCodes.Status503ServiceUnavailable, "The playlist's tracks are still being fetched"));
        }
        return playback.Parts.IsEmpty ? (null, NotFound("The playlist has no track that can be played")) : (playback, null);
    }

    /// <summary>How long the programme as a whole may be cached, and by whom.</summary>
    internal static string CacheControlOf(PlaybackManifest playback) => IsShareable(playback) ? Revalidated : PrivateRevalidated;

    /// <summary>Whether shared caches may store the response: only if it needs no token.</summary>
    private static bool IsShareable(PlaybackManifest playback) => playback is { Visibility: Visibility.Public, Monetized: false };

    private static async Task<IResult> GetManifestAsync(Guid playlistId, HttpContext context, PlaylistAccessCache accessCache, Manifests manifests, PlayCounter plays, BrokenTracks broken)
    {
        var (playback, refusal) = await FindAsync(playlistId, context, accessCache, playback => playback.ManifestKey is not null);
        if (refusal is not null)
            return refusal;
        if (await manifests.FindAsync(playback!.ManifestKey!, context.RequestAborted) is not { } text)
        {
            await broken.ReportManifestAsync(playlistId, playback.ManifestKey!);
            throw new ObjectStoreUnavailableException("A playlist is missing in the store; it is rebuilt.");
        }
        if (HttpMethods.IsGet(context.Request.Method))
            plays.Note(playlistId, context);
        var version = playback.ManifestKey![(playback.ManifestKey!.LastIndexOf('/') + 1)..];
        await Manifests.SendAsync(context, text, version, CacheControlOf(playback));
        return TypedResults.Empty;
    }

    private static async Task<IResult> GetSegmentAsync(
        Guid playlistId, string name, string file, HttpContext context, PlaylistAccessCache accessCache, IObjectStore store, Manifests manifests, BrokenTracks broken)
    {
        var (playback, refusal) = await FindAsync(playlistId, context, accessCache, _ => true);
        if (refusal is not null)
            return refusal;
        var isOne = PlaylistKeys.TryReadSegmentFolder(name, out var media, out var ticks) && SegmentName().IsMatch(file);
        // A player with a manifest that was replaced meanwhile plays it to its end.
        if (!isOne || SegmentFolder.Find(playback!, media) is not { } folder)
        {
            context.Response.Headers.CacheControl = "no-store";
            return NotFound("There is no such segment");
        }
        var isShareable = IsShareable(playback!);
        var cacheControl = isShareable ? MediaResponses.Immutable : MediaResponses.PrivateImmutable;
        if (!await MediaResponses.SendAsync(context, store, folder.Prefix + file, VodSegmenter.ContentType, cacheControl, segment => new TsTimeShift(segment, ticks)) && folder.TrackId is { } trackId
            && await manifests.FindAsync(playback!.ManifestKey!, context.RequestAborted) is { } text && text.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"hls/{name}/{file}\n")) >= 0)
        {
            await broken.ReportAsync(playlistId, [(trackId, folder.Prefix + file)]);
        }
        return TypedResults.Empty;
    }

    private static IResult NotFound(string error) => ProblemJson.Create(StatusCodes.Status404NotFound, error);

    private static RouteHandlerBuilder ProducesMediaProblems(this RouteHandlerBuilder route) => route
        .ProducesProblem(StatusCodes.Status401Unauthorized).ProducesProblem(StatusCodes.Status403Forbidden)
        .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    [GeneratedRegex(@"^[a-z0-9-]{1,40}\.ts\z")]
    private static partial Regex SegmentName();
}
