using System.Globalization;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.RelayHost.Objects;

namespace AudioOrleans.Gateway.Playlists;

/// <summary><c>GET /v1/playlists/{id}/stream.mp3</c>: all tracks as one MP3.</summary>
public static class PlaylistMp3Endpoint
{
    private const string ContentType = "audio/mpeg";

    /// <summary>Sends it: as ranges where its length is known, otherwise in chunks, with tracks sent as they become ready.</summary>
    public static async Task<IResult> GetAsync(
        Guid playlistId, string? t, HttpContext context, PlaylistAccessCache accessCache, IObjectStore store, PartPresence presence, PlayCounter plays, BrokenTracks broken, ILoggerFactory loggers)
    {
        if (!TryReadTime(t, out var start))
            return ProblemJson.Invalid([new FieldProblem("t", "Expected a number of seconds, 0 or more, such as 90.5.", FieldCodes.WrongType)]);
        // The first track is enough to start with, unless the caller starts elsewhere.
        var wantsLength = start > TimeSpan.Zero || context.Request.Headers.Range.Count > 0 || HttpMethods.IsHead(context.Request.Method);
        var (playback, refusal) = await PlaylistMediaApi.FindAsync(
            playlistId, context, accessCache, playback => playback.IsComplete || (!wantsLength && playback.Parts.Any(part => part.Mp3 is not null)));
        if (refusal is not null)
            return refusal;
        var sender = new Mp3Sender(playlistId, context, store, accessCache, broken, loggers.CreateLogger<Mp3Sender>());
        // A range request continues a download that has already passed the file check.
        var isPart = context.Request.Headers.Range.Count > 0;
        if (!playback!.IsComplete || (!isPart && !await presence.AreAllThereAsync(playlistId, playback, context.RequestAborted)))
        {
            context.Response.ContentType = ContentType;
            context.Response.Headers.CacheControl = "no-store";
            if (HttpMethods.IsHead(context.Request.Method))
                return TypedResults.Empty;
            plays.Note(playlistId, context);
            await sender.SendAsTheyComeAsync(playback);
            return TypedResults.Empty;
        }
        var layout = new Mp3Layout(playback.Parts);
        var offset = layout.OffsetAt(start);
        // Each start time is a file of its own: ranges are relative to it. The first frame belongs to the layout, and therefore to the ETag.
        var etag = string.Create(CultureInfo.InvariantCulture, $"\"{playback.Version}-{layout.Length}-{offset}\"");
        if (offset >= layout.Length)
            return ProblemJson.Invalid([new FieldProblem("t", string.Create(CultureInfo.InvariantCulture, $"Expected less than the playlist's {layout.Duration.TotalSeconds:0.###} seconds."), FieldCodes.OutOfRange)]);
        var part = MediaResponses.Begin(context, layout.Length - offset, etag, ContentType, PlaylistMediaApi.CacheControlOf(playback));
        var isPlay = HttpMethods.IsGet(context.Request.Method) && context.Response.StatusCode != StatusCodes.Status416RangeNotSatisfiable;
        if (isPlay)
            plays.Note(playlistId, context);
        if (isPlay && part is { } range)
            await sender.SendAsync(layout, range with { Offset = offset + range.Offset });
        return TypedResults.Empty;
    }

    private static bool TryReadTime(string? text, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        if (text is null)
            return true;
        // Written so that NaN, which parses as a number, is rejected.
        if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) || !(seconds >= 0 && seconds <= TimeSpan.FromDays(100).TotalSeconds))
            return false;
        time = TimeSpan.FromSeconds(seconds);
        return true;
    }
}
