using Npgsql;

namespace AudioOrleans.Persistence.GrainStates;

/// <summary>
/// Keeps read-model rows in step with a state: it runs inside the transaction that writes the state, so both change or neither does.
/// Register it in the services as <c>IStateProjection&lt;TState&gt;</c>; a state may have several.
/// </summary>
/// <remarks>An exception undoes the write and reaches the grain. It must touch rows of its own grain only, or deadlocks follow.</remarks>
/// <typeparam name="TState">The state that it follows.</typeparam>
public interface IStateProjection<in TState>
{
    /// <summary>The state is being written: make the rows what it says.</summary>
    ValueTask ProjectAsync(GrainId grain, TState state, NpgsqlTransaction transaction, CancellationToken cancellationToken);

    /// <summary>The state is being cleared: remove the rows.</summary>
    ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken);
}
