using Npgsql;

namespace AudioOrleans.Persistence.GrainStates;

/// <summary>
/// Updates read-model rows with a state: it runs in the transaction that writes the state, so that both change or neither does.
/// Register it in the services as <c>IStateProjection&lt;TState&gt;</c>; a state may have several.
/// </summary>
/// <remarks>An exception rolls back the write and reaches the grain. It must touch rows of its own grain only, or deadlocks follow.</remarks>
/// <typeparam name="TState">The state to project.</typeparam>
public interface IStateProjection<in TState>
{
    /// <summary>The state is being written: update the rows.</summary>
    ValueTask ProjectAsync(GrainId grain, TState state, NpgsqlTransaction transaction, CancellationToken cancellationToken);

    /// <summary>The state is being cleared: delete the rows.</summary>
    ValueTask RemoveAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken);
}
