using AudioOrleans.RelayHost.Segmenting;
using AudioOrleans.RelayHost.Sources;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>The services that all relays of a node share.</summary>
internal sealed record RelayServices(
    SourceConnector Connector, SourceStatusReader Pages, ISegmenterFactory Segmenters, RelayOptions Options, TimeProvider Time, IRelayObserver Observer, ILogger<Relay> Logger);
