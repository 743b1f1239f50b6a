using AudioOrleans.Grains.Interfaces;
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

/// <summary>Locates a stream through its grain: the relay runs on the node that hosts the grain.</summary>
public sealed class RelayLocator(IGrainFactory grains, TimeProvider time) : IRelayLocator
{
    /// <summary>A grain on a node that has just died does not respond: a new call is quicker than waiting.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<RelayLocation> LocateAsync(Guid streamId, CancellationToken cancellationToken)
    {
        var access = await grains.GetGrain<IStreamAudienceGrain>(GrainKeys.Stream(streamId)).GetAccess().WaitAsync(Timeout, time, cancellationToken);
        return access is { Enabled: true } ? new RelayLocation(access.Node, false) : RelayLocation.Over;
    }
}
