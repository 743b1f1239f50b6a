using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Live;

/// <summary>Caches who may hear which stream.</summary>
public sealed class StreamAccessCache(IGrainFactory grains, TimeProvider time) : RefreshingCache<Guid, StreamAccess>(time)
{
    /// <inheritdoc/>
    protected override Task<StreamAccess?> AskAsync(Guid id, StreamAccess? last) => grains.GetGrain<IStreamAudienceGrain>(GrainKeys.Stream(id)).GetAccess();
}
