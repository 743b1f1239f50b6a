using Orleans.Runtime;

namespace Orleans.Timers;

/// <summary>Makes the timers of activations.</summary>
public interface ITimerRegistry
{
    /// <summary>Starts a timer that ticks in the activation's turns.</summary>
    IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options);
}
