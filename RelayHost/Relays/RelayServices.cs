using Audio.Orleans.RelayHost.Segmenting;
using Audio.Orleans.RelayHost.Sources;
using Microsoft.Extensions.Logging;

namespace Audio.Orleans.RelayHost.Relays;

/// <summary>What every relay of a node shares.</summary>
internal sealed record RelayServices(
    SourceConnector Connector, SourceStatusReader Pages, ISegmenterFactory Segmenters, RelayOptions Options, TimeProvider Time, IRelayObserver Observer, ILogger<Relay> Logger);
