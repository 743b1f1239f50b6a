using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Streams;

/// <summary>The state of a live stream.</summary>
public enum LiveState
{
    /// <summary>The first connection to the source is being made.</summary>
    Connecting,

    /// <summary>Audio flows.</summary>
    Live,

    /// <summary>The source failed and is being retried.</summary>
    Retrying,

    /// <summary>The source has failed for five minutes; it is still retried, at longer intervals.</summary>
    Offline,

    /// <summary>The owner disabled the stream.</summary>
    Disabled,
}

/// <summary>A DJ's request to relay a source.</summary>
/// <param name="OwnerId">The DJ's account.</param>
/// <param name="Name">The station's name, 1 to 200 characters.</param>
/// <param name="SourceUrl">The server, http or https.</param>
/// <param name="Mount">The mount on it, such as <c>/live</c>; null if the URL is that of the audio itself.</param>
/// <param name="StreamKey">A password for the source; null for none.</param>
/// <param name="Genre">A genre; may be empty.</param>
/// <param name="Description">A description; may be empty.</param>
/// <param name="Visibility">Who may listen to it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="MetadataCharset">The charset of the source's titles, such as <c>windows-1251</c>; null for UTF-8, or Windows-1252 if that fails.</param>
/// <param name="Slug">Its name in addresses; null or empty for one made of its name.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.register")]
public sealed record RegisterStream(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] string Name,
    [property: Id(2)] string SourceUrl,
    [property: Id(3)] string? Mount,
    [property: Id(4)] string? StreamKey,
    [property: Id(5)] string Genre,
    [property: Id(6)] string Description,
    [property: Id(7)] Visibility Visibility,
    [property: Id(8)] bool Monetized,
    [property: Id(9)] string? MetadataCharset = null,
    [property: Id(10)] string? Slug = null)
{
    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => $"RegisterStream {Name}";
}

/// <summary>Changes to a stream; null leaves a field unchanged.</summary>
/// <param name="Name">See <see cref="RegisterStream"/>.</param>
/// <param name="SourceUrl">A new source; it is probed first.</param>
/// <param name="Mount">A new mount; it is probed first.</param>
/// <param name="StreamKey">A new password; an empty one removes it.</param>
/// <param name="Genre">A genre.</param>
/// <param name="Description">A description.</param>
/// <param name="Visibility">Who may listen to it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="Enabled">False stops the relay and disconnects its listeners; true starts it.</param>
/// <param name="MetadataCharset">See <see cref="RegisterStream"/>; an empty one removes it.</param>
/// <param name="ExpectedRevision">Apply only if the stream is at this revision; null applies to any.</param>
/// <param name="Slug">A name in addresses; empty for one made of its name.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.patch")]
public sealed record StreamPatch(
    [property: Id(0)] string? Name,
    [property: Id(1)] string? SourceUrl,
    [property: Id(2)] string? Mount,
    [property: Id(3)] string? StreamKey,
    [property: Id(4)] string? Genre,
    [property: Id(5)] string? Description,
    [property: Id(6)] Visibility? Visibility,
    [property: Id(7)] bool? Monetized,
    [property: Id(8)] bool? Enabled,
    [property: Id(10)] string? MetadataCharset = null,
    [property: Id(9)] long? ExpectedRevision = null,
    [property: Id(11)] string? Slug = null)
{
    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => "StreamPatch";
}

/// <summary>The result of a request to register or change a stream. Exactly one of the first three members is set.</summary>
/// <param name="UpdatedFields">Success: the fields that changed, by their contract names.</param>
/// <param name="Problems">The request is invalid: each field and what was expected.</param>
/// <param name="SourceReason">The source cannot be used: a stable code, such as <c>unauthorized</c>.</param>
/// <param name="SourceMessage">The same as a sentence.</param>
/// <param name="Revision">Success: the stream's current revision.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.outcome")]
public sealed record StreamOutcome(
    [property: Id(0)] ImmutableArray<string> UpdatedFields,
    [property: Id(1)] ImmutableArray<FieldProblem> Problems,
    [property: Id(2)] string? SourceReason,
    [property: Id(3)] string? SourceMessage,
    [property: Id(4)] long Revision)
{
    /// <summary>The request succeeded.</summary>
    public static StreamOutcome Done(ImmutableArray<string> fields, long revision) => new(fields, [], null, null, revision);

    /// <summary>The request is invalid.</summary>
    public static StreamOutcome Invalid(ImmutableArray<FieldProblem> problems) => new([], problems, null, null, 0);

    /// <summary>The source cannot be used.</summary>
    public static StreamOutcome Unusable(string reason, string message) => new([], [], reason, message, 0);
}

/// <summary>A stream's settings. Members that only its owner may see are null for others.</summary>
/// <param name="StreamId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="Name">Its name.</param>
/// <param name="Genre">Its genre.</param>
/// <param name="Description">Its description.</param>
/// <param name="Visibility">Who may listen to it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="Enabled">Whether it is relayed.</param>
/// <param name="CreatedAt">When it was registered, UTC.</param>
/// <param name="UpdatedAt">When it was last changed, UTC.</param>
/// <param name="SourceUrl">The server; owner only.</param>
/// <param name="Mount">The mount; owner only.</param>
/// <param name="RelayToken">The token that an external relay sends with its heartbeats; owner only.</param>
/// <param name="MetadataCharset">The charset of the source's titles; owner only, null if unset.</param>
/// <param name="Revision">Incremented by each change that its owner makes.</param>
/// <param name="Cover">Its cover; null for none.</param>
/// <param name="Slug">Its name in addresses.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.details")]
public sealed record StreamDetails(
    [property: Id(0)] Guid StreamId,
    [property: Id(1)] Guid OwnerId,
    [property: Id(2)] string Name,
    [property: Id(3)] string Genre,
    [property: Id(4)] string Description,
    [property: Id(5)] Visibility Visibility,
    [property: Id(6)] bool Monetized,
    [property: Id(7)] bool Enabled,
    [property: Id(8)] DateTimeOffset CreatedAt,
    [property: Id(9)] DateTimeOffset UpdatedAt,
    [property: Id(10)] string? SourceUrl,
    [property: Id(11)] string? Mount,
    [property: Id(12)] string? RelayToken,
    [property: Id(14)] string? MetadataCharset,
    [property: Id(13)] long Revision,
    [property: Id(15)] Cover? Cover = null,
    [property: Id(16)] string Slug = "")
{
    /// <summary>Keeps the token out of logs.</summary>
    public override string ToString() => $"StreamDetails {StreamId:D}";
}

/// <summary>A stream in a list.</summary>
/// <param name="StreamId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="Name">Its name.</param>
/// <param name="Genre">Its genre.</param>
/// <param name="Description">Its description.</param>
/// <param name="Visibility">Who may listen to it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="Enabled">Whether it is relayed.</param>
/// <param name="CreatedAt">When it was registered, UTC.</param>
/// <param name="Cover">Its cover; null for none.</param>
/// <param name="Slug">Its name in addresses.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.list-item")]
public sealed record StreamListItem(
    [property: Id(0)] Guid StreamId,
    [property: Id(1)] Guid OwnerId,
    [property: Id(2)] string Name,
    [property: Id(3)] string Genre,
    [property: Id(4)] string Description,
    [property: Id(5)] Visibility Visibility,
    [property: Id(6)] bool Monetized,
    [property: Id(7)] bool Enabled,
    [property: Id(8)] DateTimeOffset CreatedAt,
    [property: Id(9)] Cover? Cover = null,
    [property: Id(10)] string Slug = "");

/// <summary>What a gateway needs to admit listeners without a grain call per request.</summary>
/// <param name="OwnerId">The owner, who may always listen.</param>
/// <param name="Visibility">Who may listen to it.</param>
/// <param name="Monetized">Whether a subscription is needed as well.</param>
/// <param name="Enabled">Whether the stream is enabled.</param>
/// <param name="Node">The internal address of the node that relays it, for gateways in other processes; null if there are no other nodes.</param>
/// <param name="Offline">Whether its source has failed for so long that waiting for it is pointless.</param>
/// <param name="Invited">The invitations; null for none.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.access")]
public sealed record StreamAccess(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] Visibility Visibility,
    [property: Id(2)] bool Monetized,
    [property: Id(3)] bool Enabled,
    [property: Id(4)] Uri? Node = null,
    [property: Id(5)] bool Offline = false,
    [property: Id(6)] Invitations? Invited = null);

/// <summary>The current status of a stream.</summary>
/// <param name="StreamId">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state.</param>
/// <param name="CurrentTrack">The title on air; null if the source sends none.</param>
/// <param name="BitrateKbps">In kbit/s; null before the first audio.</param>
/// <param name="Codec"><c>mp3</c> or <c>aac</c>; null before the first audio.</param>
/// <param name="Listeners">The current listeners at gateways and external relays.</param>
/// <param name="LiveSince">When uninterrupted audio began; null while there is none.</param>
/// <param name="Uptime">How long the audio has been uninterrupted.</param>
/// <param name="RelayConnected">False if there was no heartbeat for two minutes.</param>
/// <param name="LastHeartbeat">The last heartbeat of its relay, UTC.</param>
/// <param name="Node">The silo that relays it; null if none does.</param>
/// <param name="CpuUsage">The CPU usage of an external relay, in percent of a core; null if not reported.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.status")]
public sealed record StreamStatus(
    [property: Id(0)] Guid StreamId,
    [property: Id(1)] string Name,
    [property: Id(2)] LiveState State,
    [property: Id(3)] string? CurrentTrack,
    [property: Id(4)] int? BitrateKbps,
    [property: Id(5)] string? Codec,
    [property: Id(6)] int Listeners,
    [property: Id(7)] DateTimeOffset? LiveSince,
    [property: Id(8)] TimeSpan Uptime,
    [property: Id(9)] bool RelayConnected,
    [property: Id(10)] DateTimeOffset? LastHeartbeat,
    [property: Id(11)] string? Node,
    [property: Id(12)] double? CpuUsage = null);

/// <summary>A notification of a change to a stream.</summary>
/// <param name="State">The stream's state.</param>
/// <param name="CurrentTrack">The title on air.</param>
/// <param name="Listeners">The number of listeners.</param>
/// <param name="Access">Who may listen; null once the stream is deleted.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.change")]
public sealed record StreamChange(
    [property: Id(0)] LiveState State,
    [property: Id(1)] string? CurrentTrack,
    [property: Id(2)] int Listeners,
    [property: Id(3)] StreamAccess? Access);

/// <summary>Why a stream was silent, or recovered.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Kind"><c>registered, connecting, live, retrying, offline, disabled, enabled, source_changed, segmenter_restarted</c>.</param>
/// <param name="Reason">A sentence; null if there is nothing to explain.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.timeline-entry")]
public sealed record TimelineEntry([property: Id(0)] DateTimeOffset At, [property: Id(1)] string Kind, [property: Id(2)] string? Reason);

/// <summary>A track in a stream's history.</summary>
/// <param name="Title">Its title as sent by the source.</param>
/// <param name="StartedAt">When it went on air, UTC.</param>
/// <param name="EndedAt">When the next track started; null for the one on air.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.track-played")]
public sealed record TrackPlayed(
    [property: Id(0)] string Title, [property: Id(1)] DateTimeOffset StartedAt, [property: Id(2)] DateTimeOffset? EndedAt);

/// <summary>The number of listeners to a stream through one gateway; it replaces that gateway's last report.</summary>
/// <param name="GatewayId">The id of the gateway's process.</param>
/// <param name="Progressive">Open progressive connections.</param>
/// <param name="Hls">HLS sessions that polled recently.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.audience-report")]
public sealed record AudienceReport([property: Id(0)] string GatewayId, [property: Id(1)] int Progressive, [property: Id(2)] int Hls);

/// <summary>A heartbeat from an external relay.</summary>
/// <param name="RelayToken">The token that the owner gave to the relay.</param>
/// <param name="Listeners">Its listeners, 0 or more.</param>
/// <param name="Uptime">How long it has been running.</param>
/// <param name="CpuUsage">In percent of a core; null if not reported.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.outside-heartbeat")]
public sealed record ExternalHeartbeat(
    [property: Id(0)] string RelayToken,
    [property: Id(1)] int Listeners,
    [property: Id(2)] TimeSpan Uptime,
    [property: Id(3)] double? CpuUsage)
{
    /// <summary>Keeps the token out of logs.</summary>
    public override string ToString() => "ExternalHeartbeat";
}

/// <summary>The kinds of relay report.</summary>
public enum RelayReportKind
{
    /// <summary>The state changed.</summary>
    State,

    /// <summary>The source sent a new title.</summary>
    Title,

    /// <summary>Its segmenter failed and was replaced.</summary>
    SegmenterRestarted,

    /// <summary>The relay is alive.</summary>
    Heartbeat,

    /// <summary>The format or bit rate of the audio changed.</summary>
    Audio,
}

/// <summary>A relay's report to its stream.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Node">The silo of the relay.</param>
/// <param name="State">The new state, for <see cref="RelayReportKind.State"/>.</param>
/// <param name="Text">The reason, or the title.</param>
/// <param name="Codec"><c>mp3</c> or <c>aac</c>, when it became live or changed.</param>
/// <param name="BitrateKbps">In kbit/s, when it became live or changed.</param>
/// <param name="LastDiscontinuity">The newest discontinuity number of its playlist.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.relay-report")]
public sealed record RelayReport(
    [property: Id(0)] RelayReportKind Kind,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Node,
    [property: Id(3)] LiveState? State,
    [property: Id(4)] string? Text,
    [property: Id(5)] string? Codec,
    [property: Id(6)] int? BitrateKbps,
    [property: Id(7)] long LastDiscontinuity);
