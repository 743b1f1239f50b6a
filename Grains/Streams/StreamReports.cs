using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Grains.Streams;

/// <summary>The last reports of relays and gateways, so that a new activation has them before they report again. Kept in the default storage.</summary>
[GenerateSerializer, Immutable, Alias("audio.streams.reports")]
public sealed record StreamReports
{
    /// <summary>The title on air; null for none.</summary>
    [Id(0)] public string? CurrentTrack { get; init; }

    /// <summary><c>mp3</c> or <c>aac</c>; null before a relay was live.</summary>
    [Id(1)] public string? Codec { get; init; }

    /// <summary>In kbit/s.</summary>
    [Id(2)] public int? BitrateKbps { get; init; }

    /// <summary>The node that runs the relay.</summary>
    [Id(3)] public string? Node { get; init; }

    /// <summary>The last heartbeat of a relay, UTC.</summary>
    [Id(4)] public DateTimeOffset? LastHeartbeat { get; init; }

    /// <summary>The last report of each gateway, as of <see cref="At"/>.</summary>
    [Id(5)] public ImmutableArray<AudienceReport> Audiences { get; init; } = [];

    /// <summary>When these reports were current, UTC.</summary>
    [Id(6)] public DateTimeOffset At { get; init; }

    /// <summary>The last heartbeat of an external relay, without its token; null for none.</summary>
    [Id(7)] public ExternalHeartbeat? External { get; init; }

    /// <summary>When that heartbeat was received, UTC.</summary>
    [Id(8)] public DateTimeOffset ExternalAt { get; init; }
}
