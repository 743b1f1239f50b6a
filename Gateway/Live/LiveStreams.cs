using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Hls;
using AudioOrleans.RelayHost.Nodes;
using AudioOrleans.RelayHost.Relays;

namespace AudioOrleans.Gateway.Live;

/// <summary>Finds the audio of live streams: in this process if it runs the relay, otherwise in a replica of another node's relay.</summary>
/// <param name="relays">This process's relays; null in a gateway without a silo.</param>
/// <param name="replicas">Replicas of other nodes' relays; null where there are no other nodes.</param>
public sealed class LiveStreams(RelayDirectory? relays = null, RelayReplicas? replicas = null)
{
    /// <summary>A stream's playlist; null when no node relays the stream.</summary>
    public LivePlaylist? FindPlaylist(Guid streamId, StreamAccess access) =>
        relays?.Find(streamId)?.Playlist ?? (access.Node is null ? null : replicas?.FindPlaylist(streamId));

    /// <summary>Subscribes to a stream's audio; null when no node relays the stream.</summary>
    public RingLease? Listen(Guid streamId, StreamAccess access)
    {
        if (relays?.Find(streamId) is { } relay)
            return new RingLease(relay.Ring, () => { });
        return access.Node is null ? null : replicas?.OpenRing(streamId);
    }

    /// <summary>Whether the stream's source has been failing for a long time, so that waiting for audio is pointless.</summary>
    public bool IsOffline(Guid streamId, StreamAccess access) => relays?.Find(streamId) is { } relay ? relay.State == RelayState.Offline : access.Offline;
}
