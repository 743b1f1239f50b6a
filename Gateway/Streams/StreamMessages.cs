using System.Globalization;
using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Streams;

/// <summary>The body of <c>POST /v1/streams</c>.</summary>
[Example("""{"name": "Night Shift", "shoutcast_url": "http://icecast.example.org:8000", "mount": "/live", "genre": "Ambient", "description": "Slow music for late hours.", "visibility": "public"}""")]
public sealed record StreamRegistration
{
    /// <summary>The station's name, 1 to 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary>The Icecast or SHOUTcast server, http or https.</summary>
    public string? ShoutcastUrl { get; init; }

    /// <summary>The mount on it, such as <c>/live</c>; omit if the URL already points to the audio.</summary>
    public string? Mount { get; init; }

    /// <summary>A password for listening to the source, or <c>user:password</c>; kept encrypted, never returned.</summary>
    public string? StreamKey { get; init; }

    /// <summary>A genre, at most 100 characters.</summary>
    public string? Genre { get; init; }

    /// <summary>A description, at most 4,000 characters.</summary>
    public string? Description { get; init; }

    /// <summary><c>public</c> (the default) or <c>private</c>.</summary>
    public Visibility? Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public bool? MonetizationEnabled { get; init; }

    /// <summary>
    /// The charset of the source's titles, such as <c>windows-1251</c>; by default UTF-8, or Windows-1252 for titles that are not valid UTF-8.
    /// </summary>
    public string? MetadataCharset { get; init; }

    /// <summary>Its name in addresses: a to z, digits and hyphens, at most 60; made of the name by default, and if it is empty.</summary>
    public string? Slug { get; init; }
}

/// <summary>The body of <c>PATCH /v1/streams/{id}</c>; omitted fields stay unchanged.</summary>
[Example("""{"description": "Slow music until the morning."}""")]
public sealed record StreamChanges
{
    /// <summary>The new name.</summary>
    public string? Name { get; init; }

    /// <summary>The new server; it is probed first.</summary>
    public string? ShoutcastUrl { get; init; }

    /// <summary>The new mount; an empty string removes it.</summary>
    public string? Mount { get; init; }

    /// <summary>The new password for the source; an empty string removes it.</summary>
    public string? StreamKey { get; init; }

    /// <summary>The new genre.</summary>
    public string? Genre { get; init; }

    /// <summary>The new description.</summary>
    public string? Description { get; init; }

    /// <summary><c>public</c> or <c>private</c>.</summary>
    public Visibility? Visibility { get; init; }

    /// <summary>Whether listeners need a subscription.</summary>
    public bool? MonetizationEnabled { get; init; }

    /// <summary>The charset of the source's titles; an empty string restores detection.</summary>
    public string? MetadataCharset { get; init; }

    /// <summary>False stops the relay and disconnects its listeners; true starts it.</summary>
    public bool? Enabled { get; init; }

    /// <summary>Its name in addresses: a to z, digits and hyphens, at most 60; made of the name by default, and if it is empty.</summary>
    public string? Slug { get; init; }
}

/// <summary>The body of <c>POST /v1/streams/{id}/heartbeat</c>.</summary>
[Example("""{"listeners": 3, "uptime_seconds": 3600, "cpu_usage": 1.5}""")]
public sealed record RelayHeartbeat
{
    /// <summary>The relay's number of listeners, 0 or more.</summary>
    public int? Listeners { get; init; }

    /// <summary>How long the relay has been running, in seconds.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>The CPU usage in percent of a core.</summary>
    public double? CpuUsage { get; init; }
}

/// <summary>The response to <c>POST /v1/streams</c>.</summary>
/// <param name="StreamId">The new stream.</param>
/// <param name="Status">Always <c>registered</c>.</param>
/// <param name="RelayToken">The token that an external relay sends with its heartbeats.</param>
public sealed record StreamRegistered(Guid StreamId, string Status, string? RelayToken);

/// <summary>The response to <c>PATCH /v1/streams/{id}</c>.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="UpdatedFields">The fields whose values changed.</param>
public sealed record StreamUpdated(Guid StreamId, IReadOnlyList<string> UpdatedFields);

/// <summary>A stream; owner-only fields are null for others and in lists.</summary>
/// <param name="StreamId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="Name">The station's name.</param>
/// <param name="Genre">A genre; may be empty.</param>
/// <param name="Description">A description; may be empty.</param>
/// <param name="Visibility">Who may hear it.</param>
/// <param name="MonetizationEnabled">Whether listeners need a subscription.</param>
/// <param name="Enabled">Whether it is relayed.</param>
/// <param name="CreatedAt">When it was registered, UTC.</param>
/// <param name="UpdatedAt">When its owner last changed it, UTC; null in lists.</param>
/// <param name="ShoutcastUrl">The source server; owner only.</param>
/// <param name="Mount">The mount on it; owner only.</param>
/// <param name="MetadataCharset">The charset of the source's titles; owner only, null if not set.</param>
/// <param name="RelayToken">The token that an external relay sends with its heartbeats; owner only.</param>
/// <param name="StreamUrls">Where to listen to it.</param>
/// <param name="CoverUrl">Its cover, a JPEG of 600 pixels; null for none.</param>
/// <param name="Covers">Its cover in all sizes; empty for none.</param>
/// <param name="Slug">Its name in addresses: it may stand for the id in the address of these details.</param>
public sealed record StreamResponse(
    Guid StreamId, Guid OwnerId, string Name, string Genre, string Description, Visibility Visibility, bool MonetizationEnabled, bool Enabled,
    DateTimeOffset CreatedAt, DateTimeOffset? UpdatedAt, string? ShoutcastUrl, string? Mount, string? MetadataCharset, string? RelayToken, StreamUrls StreamUrls,
    string? CoverUrl, IReadOnlyList<CoverPicture> Covers, string Slug)
{
    /// <summary>Maps the details that the grain returns.</summary>
    public static StreamResponse From(StreamDetails stream, PublicAddress address) => new(
        stream.StreamId, stream.OwnerId, stream.Name, stream.Genre, stream.Description, stream.Visibility, stream.Monetized, stream.Enabled,
        stream.CreatedAt, stream.UpdatedAt, stream.SourceUrl, stream.Mount, stream.MetadataCharset, stream.RelayToken, StreamUrls.From(stream.StreamId, address),
        CoverPicture.UrlOf(CoverPaths.Stream(stream.StreamId), stream.Cover, address), CoverPicture.Of(CoverPaths.Stream(stream.StreamId), stream.Cover, address), stream.Slug);

    /// <summary>Maps a list item.</summary>
    public static StreamResponse From(StreamListItem stream, PublicAddress address) => new(
        stream.StreamId, stream.OwnerId, stream.Name, stream.Genre, stream.Description, stream.Visibility, stream.Monetized, stream.Enabled,
        stream.CreatedAt, null, null, null, null, null, StreamUrls.From(stream.StreamId, address),
        CoverPicture.UrlOf(CoverPaths.Stream(stream.StreamId), stream.Cover, address), CoverPicture.Of(CoverPaths.Stream(stream.StreamId), stream.Cover, address), stream.Slug);
}

/// <summary>Where to listen to a stream: absolute URLs if <c>PublicUrl</c> is set, otherwise paths on the requested host.</summary>
/// <param name="Hls">The HLS playlist.</param>
/// <param name="Mp3">The progressive audio; redirects to <c>live.aac</c> if the source is AAC.</param>
public sealed record StreamUrls(string Hls, string Mp3)
{
    /// <summary>Creates the addresses of a stream.</summary>
    public static StreamUrls From(Guid streamId, PublicAddress address) =>
        new StreamUrls(address.Of($"/v1/streams/{streamId:D}/live.m3u8"), address.Of($"/v1/streams/{streamId:D}/live.mp3"));
}

/// <summary>The response to <c>GET /v1/streams/{id}/status</c>.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="Name">The station's name.</param>
/// <param name="State">The state of its relay.</param>
/// <param name="CurrentTrack">The track on air; null when it is unknown.</param>
/// <param name="Bitrate">Such as <c>128kbps</c>; null before the first audio.</param>
/// <param name="Codec"><c>mp3</c> or <c>aac</c>; null before the first audio.</param>
/// <param name="Listeners">The current number of listeners.</param>
/// <param name="Uptime">How long it has been live, in hours and minutes.</param>
/// <param name="UptimeSeconds">The same in seconds.</param>
/// <param name="RelayConnected">False after two minutes without a heartbeat of the relay.</param>
/// <param name="LastHeartbeat">The latest heartbeat, UTC; null for none yet.</param>
/// <param name="Node">Where the relay runs.</param>
/// <param name="CpuUsage">The CPU usage that an external relay reported, in percent of a core; null without one.</param>
public sealed record StreamStatusResponse(
    Guid StreamId, string Name, LiveState State, string? CurrentTrack, string? Bitrate, string? Codec, int Listeners, string Uptime, long UptimeSeconds,
    bool RelayConnected, DateTimeOffset? LastHeartbeat, string? Node, double? CpuUsage)
{
    /// <summary>Maps the status that the grain returns.</summary>
    public static StreamStatusResponse From(StreamStatus status) => new(
        status.StreamId, status.Name, status.State, status.CurrentTrack,
        status.BitrateKbps is { } bitrate ? string.Create(CultureInfo.InvariantCulture, $"{bitrate}kbps") : null,
        status.Codec, status.Listeners, FormatUptime(status.Uptime), (long)status.Uptime.TotalSeconds, status.RelayConnected, status.LastHeartbeat, status.Node, status.CpuUsage);

    /// <summary>Formats hours and minutes, such as <c>2h 14m</c>.</summary>
    public static string FormatUptime(TimeSpan uptime) => string.Create(CultureInfo.InvariantCulture, $"{(long)uptime.TotalHours}h {uptime.Minutes}m");
}

/// <summary>A track of <c>GET /v1/streams/{id}/history</c>.</summary>
/// <param name="Title">The title sent by the source, usually artist and title.</param>
/// <param name="StartedAt">When it began, UTC.</param>
/// <param name="EndedAt">When the next began, UTC; null for the newest.</param>
public sealed record TrackResponse(string Title, DateTimeOffset StartedAt, DateTimeOffset? EndedAt);

/// <summary>An entry of <c>GET /v1/streams/{id}/timeline</c>.</summary>
/// <param name="At">When it happened, UTC.</param>
/// <param name="Kind">What happened, such as <c>live</c> or <c>retrying</c>.</param>
/// <param name="Reason">The reason, as a stable word; null for none.</param>
public sealed record TimelineResponse(DateTimeOffset At, string Kind, string? Reason);
