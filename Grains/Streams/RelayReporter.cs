using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Relays;

namespace AudioOrleans.Grains.Streams;

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
