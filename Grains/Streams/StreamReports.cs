using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Grains.Streams;

/// <summary>What relays and gateways reported of a stream last, so that a fresh activation knows it before they report again. Kept in the default storage.</summary>
[GenerateSerializer, Immutable, Alias("audio.streams.reports")]
public sealed record StreamReports
{
    /// <summary>What is on air; null for nothing.</summary>
    [Id(0)] public string? CurrentTrack { get; init; }

    /// <summary><c>mp3</c> or <c>aac</c>; null before a relay was live.</summary>
    [Id(1)] public string? Codec { get; init; }

    /// <summary>In kbit/s.</summary>
    [Id(2)] public int? BitrateKbps { get; init; }

    /// <summary>The node that relays.</summary>
    [Id(3)] public string? Node { get; init; }

    /// <summary>The last sign of life of a relay, UTC.</summary>
    [Id(4)] public DateTimeOffset? LastHeartbeat { get; init; }

    /// <summary>The last report of each gateway, as of <see cref="At"/>.</summary>
    [Id(5)] public ImmutableArray<AudienceReport> Audiences { get; init; } = [];

    /// <summary>When this was known, UTC.</summary>
    [Id(6)] public DateTimeOffset At { get; init; }

    /// <summary>The last heartbeat of a relay outside, without its token; null for none.</summary>
    [Id(7)] public ExternalHeartbeat? External { get; init; }

    /// <summary>When that came, UTC.</summary>
    [Id(8)] public DateTimeOffset ExternalAt { get; init; }
}
