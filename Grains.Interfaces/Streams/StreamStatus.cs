namespace Audio.Orleans.Contracts.Streams;

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
