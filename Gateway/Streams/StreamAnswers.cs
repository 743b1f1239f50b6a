using System.Globalization;
using Audio.Orleans.Contracts.Streams;

namespace Audio.Orleans.Gateway.Streams;

/// <summary>The answer to <c>POST /v1/streams</c>.</summary>
/// <param name="StreamId">The new stream.</param>
/// <param name="Status">Always <c>registered</c>.</param>
/// <param name="RelayToken">What a relay outside presents with its heartbeats.</param>
public sealed record StreamRegistered(Guid StreamId, string Status, string? RelayToken);

/// <summary>The answer to <c>PATCH /v1/streams/{id}</c>.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="UpdatedFields">The fields that really changed.</param>
public sealed record StreamUpdated(Guid StreamId, IReadOnlyList<string> UpdatedFields);

/// <summary>A stream; what only its owner sees is left out for others.</summary>
public sealed record StreamAnswer(
    Guid StreamId, Guid OwnerId, string Name, string Genre, string Description, StreamVisibility Visibility, bool MonetizationEnabled, bool Enabled,
    DateTimeOffset CreatedAt, DateTimeOffset? UpdatedAt, string? ShoutcastUrl, string? Mount, string? RelayToken, StreamUrls StreamUrls)
{
    /// <summary>From what the grain tells.</summary>
    public static StreamAnswer From(StreamDetails stream) => new(
        stream.StreamId, stream.OwnerId, stream.Name, stream.Genre, stream.Description, stream.Visibility, stream.Monetized, stream.Enabled,
        stream.CreatedAt, stream.UpdatedAt, stream.SourceUrl, stream.Mount, stream.RelayToken, StreamUrls.Of(stream.StreamId));

    /// <summary>From a list.</summary>
    public static StreamAnswer From(StreamListItem stream) => new(
        stream.StreamId, stream.OwnerId, stream.Name, stream.Genre, stream.Description, stream.Visibility, stream.Monetized, stream.Enabled,
        stream.CreatedAt, null, null, null, null, StreamUrls.Of(stream.StreamId));
}

/// <summary>Where a stream is heard, as paths on this host.</summary>
/// <param name="Hls">The HLS playlist.</param>
/// <param name="Mp3">The progressive audio; leads to <c>live.aac</c> where the source is AAC.</param>
public sealed record StreamUrls(string Hls, string Mp3)
{
    /// <summary>The addresses of a stream.</summary>
    public static StreamUrls Of(Guid streamId) => new($"/v1/streams/{streamId:D}/live.m3u8", $"/v1/streams/{streamId:D}/live.mp3");
}

/// <summary>The answer to <c>GET /v1/streams/{id}/status</c>.</summary>
public sealed record StreamStatusAnswer(
    Guid StreamId, string Name, LiveState State, string? CurrentTrack, string? Bitrate, string? Codec, int Listeners, string Uptime, long UptimeSeconds,
    bool RelayConnected, DateTimeOffset? LastHeartbeat, string? Node)
{
    /// <summary>From what the grain tells.</summary>
    public static StreamStatusAnswer From(StreamStatus status) => new(
        status.StreamId, status.Name, status.State, status.CurrentTrack,
        status.BitrateKbps is { } bitrate ? string.Create(CultureInfo.InvariantCulture, $"{bitrate}kbps") : null,
        status.Codec, status.Listeners, FormatUptime(status.Uptime), (long)status.Uptime.TotalSeconds, status.RelayConnected, status.LastHeartbeat, status.Node);

    /// <summary>Hours and minutes, such as <c>2h 14m</c>.</summary>
    public static string FormatUptime(TimeSpan uptime) => string.Create(CultureInfo.InvariantCulture, $"{(long)uptime.TotalHours}h {uptime.Minutes}m");
}

/// <summary>A track of <c>GET /v1/streams/{id}/history</c>.</summary>
public sealed record TrackAnswer(string Title, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

/// <summary>An entry of <c>GET /v1/streams/{id}/timeline</c>.</summary>
public sealed record TimelineAnswer(DateTimeOffset At, string Kind, string? Reason);
