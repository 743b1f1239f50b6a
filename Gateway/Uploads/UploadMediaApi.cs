using System.Security.Claims;
using System.Text.RegularExpressions;
using AudioOrleans.Gateway.Authentication;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Gateway.Uploads;

/// <summary>The files of an upload, for its owner; listeners get them through what publishes the upload.</summary>
public static partial class UploadMediaApi
{
    /// <summary>Adds the routes.</summary>
    public static RouteGroupBuilder MapUploadMedia(this IEndpointRouteBuilder routes)
    {
        var media = routes.MapGroup("/uploads/audio/{uploadId:guid}").WithTags("Uploads").WithMetadata(MediaResource.Upload)
            .AllowAnyOrigin().WithoutLimit().WithoutDeadline().RequireAuthorization(Scopes.UploadsRead).AnswerStoreFaults();
        Map(media, "/hls/{file}", GetHlsAsync, "uploads.get_hls", "The HLS playlist `manifest.m3u8`, and the files that it lists.", VodPlaylist.ContentType, VodSegmenter.ContentType);
        Map(media, "/original.{extension}", GetOriginalAsync, "uploads.get_original", "The file: `mp3` for what listeners hear, otherwise the original.", "audio/mpeg");
        Map(media, "/waveform.json", GetWaveformAsync, "uploads.get_waveform", "The waveform, in the data format of audiowaveform.", Waveform.ContentType);
        Map(media, "/art", GetArtAsync, "uploads.get_art", "The cover from the file.", "image/jpeg", "image/png", "image/webp");
        return media;
    }

    private static void Map(RouteGroupBuilder media, string path, Delegate handler, string name, string summary, string contentType, params string[] otherTypes) => media
        .MapMethods(path, [HttpMethods.Get, HttpMethods.Head], handler).WithName(name).WithSummary(summary)
        .Produces<Stream>(StatusCodes.Status200OK, contentType, otherTypes).Produces<Stream>(StatusCodes.Status206PartialContent, contentType, otherTypes)
        .Produces(StatusCodes.Status304NotModified).ProducesProblem(StatusCodes.Status416RangeNotSatisfiable)
        .ProducesOwnersProblems().ProducesProblem(StatusCodes.Status409Conflict).ProducesProblem(StatusCodes.Status503ServiceUnavailable);

    private static async Task<IResult> GetHlsAsync(Guid uploadId, string file, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, IObjectStore store, Manifests manifests)
    {
        var media = await FindAsync(uploadId, user, grains);
        if (!HlsFile().IsMatch(file))
            return ProblemJson.Create(StatusCodes.Status404NotFound, "There is no such file");
        if (media.PlaylistKey is null)
            return NotReady(media);
        var key = PrefixOf(media) + "hls/" + file;
        if (!file.EndsWith(".m3u8", StringComparison.Ordinal))
            return await SendAsync(context, store, key, VodSegmenter.ContentType);
        if (await manifests.FindAsync(key, context.RequestAborted) is not { } text)
            return ProblemJson.Create(StatusCodes.Status404NotFound, "There is no such file");
        await Manifests.SendAsync(context, text, file, MediaResponses.PrivateImmutable);
        return TypedResults.Empty;
    }

    private static async Task<IResult> GetOriginalAsync(Guid uploadId, string extension, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, IObjectStore store)
    {
        var media = await FindAsync(uploadId, user, grains);
        var mp3 = AudioFileKind.Mp3;
        if (Path.GetExtension(media.OriginalKey) == $".{extension}")
            return await SendAsync(context, store, media.OriginalKey, AudioFileKinds.OfExtension(extension).ContentType());
        if (extension != mp3.Extension())
            return ProblemJson.Create(StatusCodes.Status404NotFound, "There is no such file");
        return media.Mp3Key is { } key ? await SendAsync(context, store, key, mp3.ContentType()) : NotReady(media);
    }

    private static async Task<IResult> GetWaveformAsync(Guid uploadId, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, IObjectStore store)
    {
        var media = await FindAsync(uploadId, user, grains);
        return media.HasWaveform ? await SendAsync(context, store, PrefixOf(media) + PreparedNames.Waveform, Waveform.ContentType) : NotReady(media);
    }

    private static async Task<IResult> GetArtAsync(Guid uploadId, HttpContext context, ClaimsPrincipal user, IGrainFactory grains, IObjectStore store)
    {
        var media = await FindAsync(uploadId, user, grains);
        if (!media.HasArt)
            return ProblemJson.Create(StatusCodes.Status404NotFound, "The upload has no cover");
        var head = new byte[4];
        await using (var art = await store.OpenAsync(PrefixOf(media) + PreparedNames.Art, 0, head.Length, context.RequestAborted))
        {
            if (art is not null)
                await art.Content.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, context.RequestAborted);
        }
        return await SendAsync(context, store, PrefixOf(media) + PreparedNames.Art, CoverArt.ContentTypeOf(head));
    }

    private static async Task<IResult> SendAsync(HttpContext context, IObjectStore store, string key, string contentType)
    {
        await MediaResponses.SendAsync(context, store, key, contentType, MediaResponses.PrivateImmutable);
        return TypedResults.Empty;
    }

    private static async Task<UploadMedia> FindAsync(Guid uploadId, ClaimsPrincipal user, IGrainFactory grains)
    {
        var media = await grains.GetGrain<IUploadGrain>(GrainKeys.Upload(uploadId)).FindMedia() ?? throw new AudioException(AudioError.NotFound, "Upload not found");
        return user.ToCaller().Owns(media.OwnerId) ? media : throw new AudioException(AudioError.Forbidden, "Upload belongs to somebody else");
    }

    private static string PrefixOf(UploadMedia media) => media.OriginalKey[..(media.OriginalKey.LastIndexOf('/') + 1)];

    private static IResult NotReady(UploadMedia media) => ProblemJson.Create(
        StatusCodes.Status409Conflict, media.Status == UploadStatus.Failed ? "The upload has failed" : "The upload is not prepared yet");

    [GeneratedRegex(@"^[a-z0-9-]{1,40}\.(ts|m3u8)\z")]
    private static partial Regex HlsFile();
}
