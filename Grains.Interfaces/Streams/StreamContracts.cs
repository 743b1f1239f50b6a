using AudioOrleans.Grains.Interfaces.Access;

namespace AudioOrleans.Grains.Interfaces.Streams;

/// <summary>Where a live stream stands.</summary>
public enum LiveState
{
    /// <summary>The source is being connected to for the first time.</summary>
    Connecting,

    /// <summary>Audio flows.</summary>
    Live,

    /// <summary>The source failed and is tried again.</summary>
    Retrying,

    /// <summary>The source has failed for five minutes; it is still tried, slowly.</summary>
    Offline,

    /// <summary>The owner switched the stream off.</summary>
    Disabled,
}

/// <summary>A DJ's request to relay a source.</summary>
/// <param name="OwnerId">The DJ's account.</param>
/// <param name="Name">The station's name, 1 to 200 characters.</param>
/// <param name="SourceUrl">The server, http or https.</param>
/// <param name="Mount">The mount on it, such as <c>/live</c>; null when the URL names the audio itself.</param>
/// <param name="StreamKey">A password for the source; null for none.</param>
/// <param name="Genre">A genre; may be empty.</param>
/// <param name="Description">A description; may be empty.</param>
/// <param name="Visibility">Who may hear it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="MetadataCharset">What the source writes its titles in, such as <c>windows-1251</c>; null for UTF-8, or Windows-1252 where they are none.</param>
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
    [property: Id(9)] string? MetadataCharset = null)
{
    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => $"RegisterStream {Name}";
}

/// <summary>Changes to a stream; null leaves a field as it is.</summary>
/// <param name="Name">See <see cref="RegisterStream"/>.</param>
/// <param name="SourceUrl">Another source; it is probed first.</param>
/// <param name="Mount">Another mount; it is probed first.</param>
/// <param name="StreamKey">Another password; an empty one removes it.</param>
/// <param name="Genre">A genre.</param>
/// <param name="Description">A description.</param>
/// <param name="Visibility">Who may hear it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="Enabled">False stops the relay and lets its listeners go; true starts it.</param>
/// <param name="MetadataCharset">See <see cref="RegisterStream"/>; an empty one removes it.</param>
/// <param name="ExpectedRevision">Change it only if this is its revision; null: whatever it is.</param>
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
    [property: Id(9)] long? ExpectedRevision = null)
{
    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => "StreamPatch";
}

/// <summary>How a request to register or change a stream ended. Exactly one of the first three members says so.</summary>
/// <param name="UpdatedFields">It was done; the fields that changed, in the contract's names.</param>
/// <param name="Problems">It is invalid: field name and what was expected.</param>
/// <param name="SourceReason">The source cannot be used: a stable word, such as <c>unauthorized</c>.</param>
/// <param name="SourceMessage">The same as a sentence.</param>
/// <param name="Revision">It was done; the stream's revision now.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.outcome")]
public sealed record StreamOutcome(
    [property: Id(0)] ImmutableArray<string> UpdatedFields,
    [property: Id(1)] ImmutableArray<FieldProblem> Problems,
    [property: Id(2)] string? SourceReason,
    [property: Id(3)] string? SourceMessage,
    [property: Id(4)] long Revision)
{
    /// <summary>It was done.</summary>
    public static StreamOutcome Done(ImmutableArray<string> fields, long revision) => new(fields, [], null, null, revision);

    /// <summary>It is invalid.</summary>
    public static StreamOutcome Invalid(ImmutableArray<FieldProblem> problems) => new([], problems, null, null, 0);

    /// <summary>The source cannot be used.</summary>
    public static StreamOutcome Unusable(string reason, string message) => new([], [], reason, message, 0);
}

/// <summary>What a stream is. What only its owner sees is null for others.</summary>
/// <param name="StreamId">Its id.</param>
/// <param name="OwnerId">Its owner's account.</param>
/// <param name="Name">Its name.</param>
/// <param name="Genre">Its genre.</param>
/// <param name="Description">Its description.</param>
/// <param name="Visibility">Who may hear it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="Enabled">Whether it is relayed.</param>
/// <param name="CreatedAt">When it was registered, UTC.</param>
/// <param name="UpdatedAt">When it was changed last, UTC.</param>
/// <param name="SourceUrl">The server; owner only.</param>
/// <param name="Mount">The mount; owner only.</param>
/// <param name="RelayToken">What a relay outside presents with its heartbeats; owner only.</param>
/// <param name="MetadataCharset">What the source writes its titles in; owner only, null where nobody said so.</param>
/// <param name="Revision">Rises with each change that its owner makes.</param>
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
    [property: Id(13)] long Revision)
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
/// <param name="Visibility">Who may hear it.</param>
/// <param name="Monetized">Whether listeners need a subscription.</param>
/// <param name="Enabled">Whether it is relayed.</param>
/// <param name="CreatedAt">When it was registered, UTC.</param>
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
    [property: Id(8)] DateTimeOffset CreatedAt);

/// <summary>What a gateway must know to let listeners in without asking each time.</summary>
/// <param name="OwnerId">The owner, who may always listen.</param>
/// <param name="Visibility">Who may hear it.</param>
/// <param name="Monetized">Whether a subscription is needed as well.</param>
/// <param name="Enabled">Whether there is anything to hear.</param>
/// <param name="Node">The internal address of the node that relays it, for gateways in other processes; null where there are no other nodes.</param>
/// <param name="Offline">Whether its source has failed for so long that there is nothing to wait for.</param>
/// <param name="Invited">Who was invited to it; null for nobody.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.access")]
public sealed record StreamAccess(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] Visibility Visibility,
    [property: Id(2)] bool Monetized,
    [property: Id(3)] bool Enabled,
    [property: Id(4)] Uri? Node = null,
    [property: Id(5)] bool Offline = false,
    [property: Id(6)] Invitations? Invited = null);

/// <summary>How a stream is doing now.</summary>
/// <param name="StreamId">Its id.</param>
/// <param name="Name">Its name.</param>
/// <param name="State">Where it stands.</param>
/// <param name="CurrentTrack">What is on air; null when the source does not say.</param>
/// <param name="BitrateKbps">In kbit/s; null before the first audio.</param>
/// <param name="Codec"><c>mp3</c> or <c>aac</c>; null before the first audio.</param>
/// <param name="Listeners">Listeners at the gateways and at relays outside, now.</param>
/// <param name="LiveSince">Since when audio flows without a break; null while it does not.</param>
/// <param name="Uptime">For how long.</param>
/// <param name="RelayConnected">False when no heartbeat came for two minutes.</param>
/// <param name="LastHeartbeat">The last sign of life of its relay, UTC.</param>
/// <param name="Node">The silo that relays it; null while none does.</param>
/// <param name="CpuUsage">What a relay outside takes, in percent of a core; null where none tells.</param>
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

/// <summary>What a watcher of a stream is told.</summary>
/// <param name="State">Where the stream stands.</param>
/// <param name="CurrentTrack">What is on air.</param>
/// <param name="Listeners">How many listen.</param>
/// <param name="Access">Who may listen; null once the stream is deleted.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.change")]
public sealed record StreamChange(
    [property: Id(0)] LiveState State,
    [property: Id(1)] string? CurrentTrack,
    [property: Id(2)] int Listeners,
    [property: Id(3)] StreamAccess? Access);

/// <summary>Why a stream was silent, or is not any more.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Kind"><c>registered, connecting, live, retrying, offline, disabled, enabled, source_changed, segmenter_restarted</c>.</param>
/// <param name="Reason">A sentence; null where there is nothing to explain.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.timeline-entry")]
public sealed record TimelineEntry([property: Id(0)] DateTimeOffset At, [property: Id(1)] string Kind, [property: Id(2)] string? Reason);

/// <summary>A track of a stream's history.</summary>
/// <param name="Title">Its title as the source named it.</param>
/// <param name="StartedAt">When it came on air, UTC.</param>
/// <param name="EndedAt">When the next came; null for the one on air.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.track-played")]
public sealed record TrackPlayed(
    [property: Id(0)] string Title, [property: Id(1)] DateTimeOffset StartedAt, [property: Id(2)] DateTimeOffset? EndedAt);

/// <summary>How many listen to a stream through one gateway; it replaces that gateway's last report.</summary>
/// <param name="GatewayId">The gateway, by an id of its process.</param>
/// <param name="Progressive">Open progressive connections.</param>
/// <param name="Hls">HLS sessions that polled lately.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.audience-report")]
public sealed record AudienceReport([property: Id(0)] string GatewayId, [property: Id(1)] int Progressive, [property: Id(2)] int Hls);

/// <summary>A sign of life from a relay that is not ours.</summary>
/// <param name="RelayToken">The token that the owner gave to the relay.</param>
/// <param name="Listeners">Its listeners, 0 or more.</param>
/// <param name="Uptime">How long it has been running.</param>
/// <param name="CpuUsage">In percent of a core; null when not told.</param>
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

/// <summary>What happened in a stream's relay.</summary>
public enum RelayReportKind
{
    /// <summary>It went into another state.</summary>
    State,

    /// <summary>The source named another title.</summary>
    Title,

    /// <summary>Its segmenter failed and was replaced.</summary>
    SegmenterRestarted,

    /// <summary>It is alive.</summary>
    Heartbeat,

    /// <summary>Its audio is of another format or rate.</summary>
    Audio,
}

/// <summary>A relay's report to its stream.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Node">On which silo.</param>
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
