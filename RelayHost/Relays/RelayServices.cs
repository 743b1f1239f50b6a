using AudioOrleans.RelayHost.Segmenting;
using AudioOrleans.RelayHost.Sources;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>What every relay of a node shares.</summary>
internal sealed record RelayServices(
    SourceConnector Connector, SourceStatusReader Pages, ISegmenterFactory Segmenters, RelayOptions Options, TimeProvider Time, IRelayObserver Observer, ILogger<Relay> Logger);
