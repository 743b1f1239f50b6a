using System.Diagnostics.CodeAnalysis;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Hls;

namespace AudioOrleans.Gateway.Live;

/// <summary>Serves playlists and segments of public streams that are on air from memory (<see cref="FastPath"/>).</summary>
internal sealed class LiveFastPath(StreamAccessCache accessCache, LiveStreams live, Audience audience)
{
    private const string SessionQuery = "?session=";

    /// <summary>Serves a playlist and counts the player; null when the stream is not public, or has no playlist yet.</summary>
    public Task? TryServePlaylist(HttpContext context)
    {
        if (!TryReadSession(context.Request.QueryString.Value, out var session) || !TryFind(context, out var streamId, out var access, out var playlist)
            || playlist.Current is not { } snapshot || live.IsOffline(streamId, access))
        {
            return null;
        }
        FastPath.Prepare(context);
        audience.Poll(streamId, PlaylistEndpoint.SessionOf(context, session));
        return PlaylistEndpoint.WriteAsync(context, snapshot, snapshot.Utf8, shareable: true);
    }

    /// <summary>Serves a segment; null when the stream is not public, or does not have the segment now.</summary>
    public Task? TryServeSegment(HttpContext context)
    {
        if (!TryReadSession(context.Request.QueryString.Value, out _) || !TryFind(context, out _, out _, out var playlist)
            || !SegmentEndpoint.TryReadSequence(context.Request.RouteValues["file"] as string, out var sequence) || !playlist.TryGetSegment(sequence, out var segment) || !segment!.Bytes.TryHold())
        {
            return null;
        }
        FastPath.Prepare(context);
        return SegmentEndpoint.WriteAsync(context, segment, shareable: true);
    }

    private bool TryFind(HttpContext context, out Guid streamId, [NotNullWhen(true)] out StreamAccess? access, [NotNullWhen(true)] out LivePlaylist? playlist)
    {
        (access, playlist) = (null, null);
        if (!Guid.TryParse(context.Request.RouteValues["streamId"] as string, out streamId) || !accessCache.TryFind(streamId, out access) || access is not { Enabled: true } || !LiveApi.IsShareable(access))
            return false;
        playlist = live.FindPlaylist(streamId, access);
        return playlist is not null;
    }

    /// <summary>True without a query, or with only a session that needs no decoding.</summary>
    private static bool TryReadSession(string? query, out ReadOnlySpan<char> session)
    {
        session = default;
        if (string.IsNullOrEmpty(query))
            return true;
        if (!query.StartsWith(SessionQuery, StringComparison.Ordinal) || query.AsSpan().ContainsAny('&', '%', '+'))
            return false;
        session = query.AsSpan(SessionQuery.Length);
        return true;
    }
}
