using Orleans.Core;
using Orleans.Providers;
using Orleans.Timers;

namespace Orleans.Runtime;

/// <summary>What grains get done by the silo.</summary>
internal sealed class GrainRuntime(Silo silo) : IGrainRuntime, ITimerRegistry, IGrainContextAccessor
{
    public string SiloIdentity => SiloAddress.ToString();

    public SiloAddress SiloAddress => silo.SiloAddress;

    public IGrainFactory GrainFactory => silo.Factory;

    public ITimerRegistry TimerRegistry => this;

    public IServiceProvider ServiceProvider => silo.Services;

    public TimeProvider TimeProvider => silo.Clock;

    public IGrainContext GrainContext => Activation.Current!;

    public void DeactivateOnIdle(IGrainContext grainContext) =>
        grainContext.Deactivate(new(DeactivationReasonCode.ApplicationRequested, "DeactivateOnIdle was called."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) => ((Activation)grainContext).Delay(timeSpan);

    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(grainContext);
        ArgumentNullException.ThrowIfNull(callback);
        if (Activation.Current is not { } activation || !activation.Equals(grainContext))
            throw new InvalidOperationException("A timer is made in a turn of the grain that it is for.");
        return new GrainTimer<TState>(activation, callback, state, options);
    }

    public IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext)
    {
        var provider = grainContext.GrainInstance!.GetType().GetCustomAttributes(typeof(StorageProviderAttribute), true).FirstOrDefault();
        return new PersistentState<TGrainState>(
            (Activation)grainContext, "state", PersistentStates.Storage(silo.Services, (provider as StorageProviderAttribute)?.ProviderName, grainContext));
    }
}
