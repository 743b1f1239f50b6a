using System.Text;
using Audio.Orleans.RelayHost.Hls;
using Audio.Orleans.RelayHost.Relays;

namespace Audio.Orleans.Gateway.Live;

/// <summary><c>GET /v1/streams/{id}/live.m3u8</c>.</summary>
public static class PlaylistEndpoint
{
    /// <summary>The media type of playlists (RFC 8216, section 4).</summary>
    public const string ContentType = "application/vnd.apple.mpegurl";

    /// <summary>A player that comes before the first segments are there waits instead of failing, up to this long.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private const int LongestSession = 100;

    /// <summary>Serves the playlist as it stands, and counts the player.</summary>
    public static async Task GetAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var (relay, access, refusal) = await LiveApi.FindAsync(context);
        if (refusal is not null)
        {
            await refusal.ExecuteAsync(context);
            return;
        }
        var playlist = relay!.Playlist.Current ?? await WaitAsync(relay, context);
        if (playlist is null)
        {
            await LiveApi.NotYet(context).ExecuteAsync(context);
            return;
        }
        context.RequestServices.GetRequiredService<Audience>().Poll(relay.Spec.StreamId, SessionOf(context));
        var token = context.Request.Query["token"].ToString();
        await WriteAsync(context, playlist, token, LiveApi.IsShareable(access!));
    }

    private static async Task<PlaylistSnapshot?> WaitAsync(Relay relay, HttpContext context)
    {
        if (relay.State == RelayState.Offline)
            return null;
        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        await Task.WhenAny(relay.Playlist.Ready, Task.Delay(LongestWait, time, context.RequestAborted));
        return relay.Playlist.Current;
    }

    private static Task WriteAsync(HttpContext context, PlaylistSnapshot playlist, string token, bool shareable)
    {
        var response = context.Response;
        // A token in the address must stand behind each segment's address too: such players send no headers.
        var body = token.Length == 0 ? playlist.Utf8 : Encoding.UTF8.GetBytes(playlist.Render($"?token={Uri.EscapeDataString(token)}"));
        response.ContentType = ContentType;
        response.Headers.CacheControl = shareable ? "public, max-age=1" : "private, max-age=1";
        response.Headers.ETag = playlist.ETag;
        if (context.Request.Headers.IfNoneMatch.Count > 0 && context.Request.Headers.IfNoneMatch.ToString().Contains(playlist.ETag, StringComparison.Ordinal))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }
        response.ContentLength = body.Length;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }

    /// <summary>The player's <c>session</c>, or else what its address and its program tell.</summary>
    private static ulong SessionOf(HttpContext context)
    {
        var query = context.Request.QueryString;
        if (query.HasValue && context.Request.Query["session"] is [{ Length: > 0 and <= LongestSession } session])
            return Combine(session.GetHashCode(StringComparison.Ordinal), session.Length);
        var address = context.Connection.RemoteIpAddress?.GetHashCode() ?? 0;
        return Combine(address, context.Request.Headers.UserAgent.ToString().GetHashCode(StringComparison.Ordinal));
    }

    private static ulong Combine(int one, int other) => ((ulong)(uint)one << 32) | (uint)other;
}
