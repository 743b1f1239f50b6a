using System.Collections.Concurrent;
using AudioOrleans.Configuration;
using AudioOrleans.RelayHost.Hls;
using AudioOrleans.RelayHost.Segmenting;
using AudioOrleans.RelayHost.Sources;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>The relays of this node.</summary>
public sealed class RelayDirectory : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Guid, Relay> _relays = new();
    private readonly RelayServices _services;

    /// <summary>The next sequence numbers of stopped relays that were ahead of the clock.</summary>
    private readonly ConcurrentDictionary<Guid, long> _lowestSequences = new();

    /// <summary>Creates an empty directory.</summary>
    public RelayDirectory(
        SourceConnector connector, SourceStatusReader pages, ISegmenterFactory segmenters, RelayOptions options, TimeProvider time, IRelayObserver observer, ILogger<Relay> logger)
    {
        options.Validate();
        _services = new RelayServices(connector, pages, segmenters, options, time, observer, logger);
    }

    /// <summary>The number of relays on this node.</summary>
    public int Count => _relays.Count;

    /// <summary>The streams that this node relays.</summary>
    public IReadOnlyCollection<Guid> StreamIds => [.. _relays.Keys];

    /// <summary>Returns the relay of a stream; null when this node has none.</summary>
    public Relay? Find(Guid streamId) => _relays.GetValueOrDefault(streamId);

    /// <summary>Starts a stream's relay. A relay with the same spec keeps running; one with another spec is replaced.</summary>
    /// <param name="spec">What to relay.</param>
    /// <param name="firstDiscontinuity">A number above every discontinuity sequence number that the stream's players were given.</param>
    /// <param name="takesOver">
    /// Whether the stream was relayed before, maybe on another node. If so, the relay waits briefly for its window, see <see
    /// cref="RelayOptions.TakeoverWait"/>.
    /// </param>
    public async Task StartAsync(RelaySpec spec, long firstDiscontinuity = 0, bool takesOver = false)
    {
        if (_relays.TryGetValue(spec.StreamId, out var running))
        {
            if (running.Spec == spec)
                return;
            await StopAsync(spec.StreamId);
        }
        var relay = new Relay(spec, _services, _lowestSequences.GetValueOrDefault(spec.StreamId), firstDiscontinuity, takesOver);
        if (_relays.TryAdd(spec.StreamId, relay))
            relay.Start();
    }

    /// <summary>Stops a stream's relay so that another can continue: audio already received still becomes a segment.</summary>
    public Task EndAsync(Guid streamId) => StopAsync(streamId, relay => relay.EndAsync());

    /// <summary>Stops a stream's relay and disconnects its listeners. Does nothing when there is none.</summary>
    public Task StopAsync(Guid streamId) => StopAsync(streamId, _ => Task.CompletedTask);

    private async Task StopAsync(Guid streamId, Func<Relay, Task> before)
    {
        if (!_relays.TryGetValue(streamId, out var relay))
            return;
        await before(relay);
        if (!_relays.TryRemove(new KeyValuePair<Guid, Relay>(streamId, relay)))
            return; // Stopped by another caller in the meantime.
        await relay.DisposeAsync();
        if (relay.Playlist.NextSequence > LivePlaylist.SequenceNow(_services.Time))
            _lowestSequences[streamId] = relay.Playlist.NextSequence;
        else
            _lowestSequences.TryRemove(streamId, out _);
    }

    /// <summary>Stops all relays in parallel.</summary>
    public async ValueTask DisposeAsync() => await Task.WhenAll(_relays.Keys.Select(StopAsync));
}

/// <summary>What to relay.</summary>
/// <param name="StreamId">The stream's id.</param>
/// <param name="Source">Its source.</param>
public sealed record RelaySpec(Guid StreamId, SourceSpec Source);

/// <summary>The services that all relays of a node share.</summary>
internal sealed record RelayServices(
    SourceConnector Connector, SourceStatusReader Pages, ISegmenterFactory Segmenters, RelayOptions Options, TimeProvider Time, IRelayObserver Observer, ILogger<Relay> Logger);
