using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Hls;
using AudioOrleans.RelayHost.Nodes;
using AudioOrleans.RelayHost.Relays;

namespace AudioOrleans.Gateway.Live;

/// <summary>Where the audio of live streams is found: in this process when it relays them, else in a copy of another node's relay.</summary>
/// <param name="relays">This process's relays; null in a gateway without a silo.</param>
/// <param name="replicas">Copies of other nodes' relays; null where there are no other nodes.</param>
public sealed class LiveStreams(RelayDirectory? relays = null, RelayReplicas? replicas = null)
{
    /// <summary>A stream's playlist; null when no node relays it.</summary>
    public LivePlaylist? FindPlaylist(Guid streamId, StreamAccess access) =>
        relays?.Find(streamId)?.Playlist ?? (access.Node is null ? null : replicas?.FindPlaylist(streamId));

    /// <summary>Listens to a stream; null when no node relays it.</summary>
    public RingLease? Listen(Guid streamId, StreamAccess access)
    {
        if (relays?.Find(streamId) is { } relay)
            return new RingLease(relay.Ring, () => { });
        return access.Node is null ? null : replicas?.OpenRing(streamId);
    }

    /// <summary>Whether the stream's source has failed for long, so that there is nothing to hear and nothing to wait for.</summary>
    public bool IsOffline(Guid streamId, StreamAccess access) => relays?.Find(streamId) is { } relay ? relay.State == RelayState.Offline : access.Offline;
}
