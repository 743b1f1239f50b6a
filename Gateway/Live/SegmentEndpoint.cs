using System.Globalization;
using Audio.Orleans.Gateway.Problems;

namespace Audio.Orleans.Gateway.Live;

/// <summary><c>GET /v1/streams/{id}/segments/{sequence}.ts</c>.</summary>
public static class SegmentEndpoint
{
    /// <summary>The media type of MPEG transport streams (RFC 8216, section 3.2).</summary>
    public const string ContentType = "video/mp2t";

    private const string Extension = ".ts";

    /// <summary>Serves a segment that is listed or was a moment ago.</summary>
    public static async Task GetAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (relay, access, refusal) = await LiveApi.FindAsync(context);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        var response = context.Response;
        if (!TryReadSequence(context.Request.RouteValues["file"] as string, out var sequence) || !relay!.Playlist.TryGetSegment(sequence, out var segment))
        {
            // A cache may remember that for a moment only: the number can be the next one (RFC 8216bis, section 6.2.1).
            response.Headers.CacheControl = "public, max-age=1";
            await ProblemJson.Of(StatusCodes.Status404NotFound, "Segment not found: it is over or still to come").ExecuteAsync(context);
            return;
        }
        response.ContentType = ContentType;
        response.ContentLength = segment!.Bytes.Length;
        response.Headers.CacheControl = LiveApi.IsShareable(access!) ? "public, max-age=3600, immutable" : "private, max-age=3600, immutable";
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(segment.Bytes, context.RequestAborted);
    }

    private static bool TryReadSequence(string? file, out long sequence)
    {
        sequence = 0;
        return file is not null && file.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(file.AsSpan(0, file.Length - Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
    }
}
