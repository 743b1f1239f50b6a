using Orleans.Runtime.Placement;

namespace Audio.Orleans.Silo.Cluster;

/// <summary>Chooses silos for <see cref="Grains.Nodes.MostRoomPlacement"/>.</summary>
public sealed class MostRoomDirector(NodeLoads loads) : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(silos[loads.Choose([.. silos.Select(silo => silo.ToParsableString())])]);
    }
}
