using Orleans.Runtime;

namespace Orleans;

/// <summary>What a grain class has to offer; <see cref="Grain"/> is the usual base.</summary>
public interface IGrainBase
{
    /// <summary>The activation this object serves.</summary>
    IGrainContext GrainContext { get; }

    /// <summary>Runs before the first call; its failure reaches the callers.</summary>
    Task OnActivateAsync(CancellationToken token) => Task.CompletedTask;

    /// <summary>Runs after the last call.</summary>
    Task OnDeactivateAsync(DeactivationReason reason, CancellationToken token) => Task.CompletedTask;
}
