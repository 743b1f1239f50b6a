using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Security;
using Microsoft.AspNetCore.Http.Features;

namespace AudioOrleans.Gateway.Live;

/// <summary>
/// The fast path for what players fetch continuously: playlists and segments of public streams that are on air, requested without a token. It
/// precedes all other middleware and serves from memory by the same rules and code as the endpoints; all other requests take the normal pipeline.
/// </summary>
/// <remarks>
/// An endpoint with <c>ShortCircuit()</c> cannot do this: once it is running, a private stream or a token can no longer go through
/// authentication. Routing could run first and replace the parsing here. Three alternating pairs of runs, with other work on both cores, put that
/// at 0.76, 0.70 and 0.49 of nginx (a playlist for one player, for 50,000, a segment) against 0.84, 0.63 and 0.52: too noisy to decide.
/// </remarks>
public static class MediaShortcut
{
    private const string Prefix = "/v1/streams/";
    private const string Playlist = "/live.m3u8";
    private const string Segments = "/segments/";
    private const string SessionQuery = "?session=";
    private const int IdLength = 36;
    private const int ShortestPath = 12 + IdLength + 10; // The prefix, an id, and /live.m3u8, the shorter of the two suffixes.

    /// <summary>Adds the fast path before the middleware that follows.</summary>
    public static WebApplication UseMediaShortcut(this WebApplication app)
    {
        var accessCache = app.Services.GetRequiredService<StreamAccessCache>();
        var live = app.Services.GetRequiredService<LiveStreams>();
        var audience = app.Services.GetRequiredService<Audience>();
        app.Use(next => context => TryServe(context, accessCache, live, audience) ?? next(context));
        return app;
    }

    /// <summary>Serves the response; null when the request must take the normal pipeline.</summary>
    private static Task? TryServe(HttpContext context, StreamAccessCache accessCache, LiveStreams live, Audience audience)
    {
        var request = context.Request;
        if (request.Path.Value is not { Length: >= ShortestPath } path || !path.StartsWith(Prefix, StringComparison.Ordinal) || !HttpMethods.IsGet(request.Method))
            return null;
        var file = path.AsSpan(Prefix.Length + IdLength);
        var isPlaylist = file.SequenceEqual(Playlist);
        if ((!isPlaylist && !file.StartsWith(Segments)) || request.Headers.Authorization.Count > 0 || !TryReadSession(request.QueryString.Value, out var session))
            return null;
        if (!Guid.TryParseExact(path.AsSpan(Prefix.Length, IdLength), "D", out var streamId)
            || !accessCache.TryFind(streamId, out var access) || access is not { Enabled: true } || !LiveApi.IsShareable(access) || live.FindPlaylist(streamId, access) is not { } playlist)
        {
            return null;
        }
        if (isPlaylist)
        {
            if (playlist.Current is not { } snapshot || live.IsOffline(streamId, access))
                return null;
            Prepare(context);
            audience.Poll(streamId, PlaylistEndpoint.SessionOf(context, session));
            return PlaylistEndpoint.WriteAsync(context, snapshot, snapshot.Utf8, shareable: true);
        }
        if (!SegmentEndpoint.TryReadSequence(file[Segments.Length..], out var sequence) || !playlist.TryGetSegment(sequence, out var segment) || !segment!.Bytes.TryHold())
            return null;
        Prepare(context);
        return SegmentEndpoint.WriteAsync(context, segment, shareable: true);
    }

    private static void Prepare(HttpContext context)
    {
        // Metrics would cost a tenth of the response time.
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
            metrics.MetricsDisabled = true;
        RequestIds.Take(context);
        RequestIds.Answer(context);
        CrossOrigin.AllowAnyOrigin(context);
        SecurityHeaders.AddToMedia(context);
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
