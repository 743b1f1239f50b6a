using Orleans.Runtime.Placement;

namespace AudioOrleans.Silo.Cluster;

/// <summary>Chooses silos for <see cref="Grains.Nodes.LeastLoadedPlacement"/>.</summary>
public sealed class LeastLoadedDirector(NodeLoads loads) : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(silos[loads.Choose([.. silos.Select(silo => silo.ToParsableString())])]);
    }
}
