using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Nodes;

namespace AudioOrleans.Gateway.Live;

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
