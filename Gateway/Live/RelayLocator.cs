using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.RelayHost.Nodes;

namespace AudioOrleans.Gateway.Live;

/// <summary>Asks a stream's grain where it is: the relay runs on the node where the grain lives.</summary>
public sealed class RelayLocator(IGrainFactory grains, TimeProvider time) : IRelayLocator
{
    /// <summary>A grain whose node has just died answers no more: better to ask again than to wait for it.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public async Task<RelayLocation> LocateAsync(Guid streamId, CancellationToken cancellationToken)
    {
        var access = await grains.GetGrain<IStreamAudienceGrain>(GrainKeys.Stream(streamId)).GetAccess().WaitAsync(Timeout, time, cancellationToken);
        return access is { Enabled: true } ? new RelayLocation(access.Node, false) : RelayLocation.Over;
    }
}
