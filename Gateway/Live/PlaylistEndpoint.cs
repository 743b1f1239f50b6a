using System.Buffers;
using System.Text;
using AudioOrleans.RelayHost.Hls;
using Microsoft.Extensions.Primitives;

namespace AudioOrleans.Gateway.Live;

/// <summary><c>GET /v1/streams/{id}/live.m3u8</c>.</summary>
public static class PlaylistEndpoint
{
    /// <summary>The media type of playlists (RFC 8216, section 4).</summary>
    public const string ContentType = "application/vnd.apple.mpegurl";

    /// <summary>A player that connects before the first segments exist waits up to this long instead of failing.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private const int LongestSession = 100;

    private static readonly StringValues ContentTypeHeader = ContentType;
    private static readonly StringValues Shared = "public, max-age=1";
    private static readonly StringValues Private = "private, max-age=1";

    /// <summary>Serves the current playlist, and counts the player.</summary>
    public static async Task GetAsync(HttpContext context)
    {
        var (streamId, access, refusal) = await LiveApi.FindAsync(context);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        var live = context.RequestServices.GetRequiredService<LiveStreams>();
        if (live.IsOffline(streamId, access!))
        {
            await LiveApi.OffAir(context).ExecuteAsync(context);
            return;
        }
        var playlist = live.FindPlaylist(streamId, access!) is { } found ? found.Current ?? await WaitAsync(found, context) : null;
        if (playlist is null)
        {
            await LiveApi.NotYet(context).ExecuteAsync(context);
            return;
        }
        var query = context.Request.Query;
        context.RequestServices.GetRequiredService<Audience>().Poll(streamId, SessionOf(context, query["session"].ToString()));
        var token = query["token"].ToString();
        // A token in the address must be appended to each segment's address too: such players send no headers.
        var body = token.Length == 0 ? playlist.Utf8 : Encoding.UTF8.GetBytes(playlist.Render($"?token={Uri.EscapeDataString(token)}"));
        await WriteAsync(context, playlist, body, LiveApi.IsShareable(access!));
    }

    /// <summary>Sends a playlist, or 304 to a player that already has it.</summary>
    internal static Task WriteAsync(HttpContext context, PlaylistSnapshot playlist, ReadOnlyMemory<byte> body, bool shareable)
    {
        var headers = context.Response.Headers;
        headers.ContentType = ContentTypeHeader;
        headers.CacheControl = shareable ? Shared : Private;
        headers.ETag = playlist.ETag;
        if (context.Request.Headers.IfNoneMatch is { Count: > 0 } known && known.ToString().Contains(playlist.ETag, StringComparison.Ordinal))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        headers.ContentLength = body.Length;
        // A small body needs no flush of its own: it is sent with the headers when the request ends.
        if (!HttpMethods.IsHead(context.Request.Method))
            context.Response.BodyWriter.Write(body.Span);
        return Task.CompletedTask;
    }

    /// <summary>The player's <c>session</c>, or a hash of its address and user agent.</summary>
    internal static ulong SessionOf(HttpContext context, ReadOnlySpan<char> session)
    {
        if (session.Length is > 0 and <= LongestSession)
            return Combine(string.GetHashCode(session, StringComparison.Ordinal), session.Length);
        var address = context.Connection.RemoteIpAddress?.GetHashCode() ?? 0;
        return Combine(address, context.Request.Headers.UserAgent.ToString().GetHashCode(StringComparison.Ordinal));
    }

    private static async Task<PlaylistSnapshot?> WaitAsync(LivePlaylist playlist, HttpContext context)
    {
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        await Task.WhenAny(playlist.Ready, Task.Delay(LongestWait, time, context.RequestAborted));
        return playlist.Current;
    }

    private static ulong Combine(int one, int other) => ((ulong)(uint)one << 32) | (uint)other;
}
