using System.Globalization;
using AudioOrleans.Gateway.Problems;
using AudioOrleans.RelayHost.Hls;
using Microsoft.Extensions.Primitives;

namespace AudioOrleans.Gateway.Live;

/// <summary><c>GET /v1/streams/{id}/segments/{sequence}.ts</c>.</summary>
public static class SegmentEndpoint
{
    /// <summary>The media type of MPEG transport streams (RFC 8216, section 3.2).</summary>
    public const string ContentType = "video/mp2t";

    private const string Extension = ".ts";

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>More segments than a playlist window holds.</summary>
    private const int MostToCome = 32;

    private static readonly StringValues ContentTypeHeader = ContentType;
    private static readonly StringValues Shared = "public, max-age=3600, immutable";
    private static readonly StringValues Private = "private, max-age=3600, immutable";

    /// <summary>Serves a segment that is listed, or was listed a moment ago.</summary>
    public static async Task GetAsync(HttpContext context)
    {
        var (streamId, access, refusal) = await LiveApi.FindAsync(context);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        var response = context.Response;
        var playlist = context.RequestServices.GetRequiredService<LiveStreams>().FindPlaylist(streamId, access!);
        if (!TryReadSequence(context.Request.RouteValues["file"] as string, out var sequence) || await FindAsync(playlist, sequence, context) is not { } segment || !segment.Bytes.TryHold())
        {
            // A cache may store this response for a moment only: the number can be that of the next segment (RFC 8216bis, section 6.2.1).
            response.Headers.CacheControl = "public, max-age=1";
            await ProblemJson.Create(StatusCodes.Status404NotFound, "Segment not found: it has expired or is not available yet").ExecuteAsync(context);
            return;
        }
        await WriteAsync(context, segment, LiveApi.IsShareable(access!));
    }

    /// <summary>
    /// Finds a segment. A player may have its playlist from another gateway: the replica on this one may be empty, may still be filling from its
    /// oldest segment on, or may lag slightly.
    /// </summary>
    private static async Task<MediaSegment?> FindAsync(LivePlaylist? playlist, long sequence, HttpContext context)
    {
        if (playlist is null)
            return null;
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var patience = Task.Delay(LongestWait, time, context.RequestAborted);
        while (true)
        {
            if (playlist.TryGetSegment(sequence, out var segment))
                return segment;
            var last = playlist.LastSequence;
            if (patience.IsCompleted || playlist.IsClosed || (last >= 0 && sequence - last is <= 0 or > MostToCome))
                return null;
            await Task.WhenAny(playlist.WaitAsync(last), patience);
        }
    }

    /// <summary>Sends a segment that the caller holds, and releases it as soon as the server has copied it.</summary>
    internal static async Task WriteAsync(HttpContext context, MediaSegment segment, bool shareable)
    {
        var response = context.Response;
        try
        {
            response.Headers.ContentType = ContentTypeHeader;
            response.Headers.CacheControl = shareable ? Shared : Private;
            response.ContentLength = segment.Bytes.Length;
            if (HttpMethods.IsHead(context.Request.Method))
                return;
            // Only after the start are writes copied directly to the server's own buffers.
            await response.StartAsync();
            segment.Bytes.CopyTo(response.BodyWriter);
        }
        finally
        {
            segment.Bytes.Release();
        }
        await response.BodyWriter.FlushAsync();
    }

    /// <summary>Parses the number in a file name such as <c>123.ts</c>.</summary>
    internal static bool TryReadSequence(ReadOnlySpan<char> file, out long sequence)
    {
        sequence = 0;
        return file.EndsWith(Extension, StringComparison.Ordinal)
            && long.TryParse(file[..^Extension.Length], NumberStyles.None, CultureInfo.InvariantCulture, out sequence);
    }
}
