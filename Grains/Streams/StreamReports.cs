using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.RelayHost.Sources;

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

/// <summary>The stable codes for why a source cannot be used.</summary>
public static class SourceFaultCodes
{
    /// <summary>The code for a fault.</summary>
    public static string From(SourceFault fault) => fault switch
    {
        SourceFault.Unreachable => "unreachable",
        SourceFault.Forbidden => "forbidden_address",
        SourceFault.Unauthorized => "unauthorized",
        SourceFault.BadStatus => "bad_status",
        SourceFault.RedirectLoop => "redirect_loop",
        SourceFault.BadAnswer => "bad_answer",
        SourceFault.NotAudio => "not_audio",
        SourceFault.UnsupportedCodec => "unsupported_codec",
        SourceFault.Silent => "silent",
        SourceFault.TooSlow => "too_slow",
        SourceFault.MetadataInvalid => "metadata_invalid",
        SourceFault.Ended => "ended",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, null),
    };
}

/// <summary>Forwards the events of this node's relays to their grains, as grain calls.</summary>
public sealed class RelayReporter(IGrainFactory grains, ILocalSiloDetails silo) : IRelayObserver
{
    /// <inheritdoc/>
    public Task OnEventAsync(Guid streamId, RelayEvent relayEvent, CancellationToken cancellationToken) =>
        grains.GetGrain<IStreamRelayGrain>(GrainKeys.Stream(streamId)).Report(ToReport(relayEvent)).WaitAsync(cancellationToken);

    private RelayReport ToReport(RelayEvent relayEvent)
    {
        var blank = new RelayReport(RelayReportKind.Heartbeat, relayEvent.At, silo.Name, null, null, null, null, relayEvent.LastDiscontinuity);
        return relayEvent switch
        {
            RelayStateChanged change => blank with
            {
                Kind = RelayReportKind.State,
                State = change.State switch
                {
                    RelayState.Connecting => LiveState.Connecting,
                    RelayState.Live => LiveState.Live,
                    RelayState.Retrying => LiveState.Retrying,
                    _ => LiveState.Offline,
                },
                Text = change.Reason,
                Codec = change.Format is { } format ? StreamLive.NameOf(format.Codec) : null,
                BitrateKbps = change.BitrateKbps,
            },
            RelayAudioChanged audio => blank with { Kind = RelayReportKind.Audio, Codec = StreamLive.NameOf(audio.Format.Codec), BitrateKbps = audio.BitrateKbps },
            RelayTitleChanged title => blank with { Kind = RelayReportKind.Title, Text = title.Title },
            RelaySegmenterRestarted restart => blank with { Kind = RelayReportKind.SegmenterRestarted, Text = restart.Reason },
            _ => blank,
        };
    }
}
