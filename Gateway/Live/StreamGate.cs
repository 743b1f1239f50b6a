using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Streams;
using Audio.Orleans.Gateway.Media;

namespace Audio.Orleans.Gateway.Live;

/// <summary>Who may hear which stream.</summary>
public sealed class StreamGate(IGrainFactory grains, TimeProvider time) : RefreshingCache<StreamAccess>(time)
{
    /// <inheritdoc/>
    protected override Task<StreamAccess?> AskAsync(Guid id) => grains.GetGrain<IStreamAudienceGrain>(GrainKeys.Stream(id)).GetAccess();
}
