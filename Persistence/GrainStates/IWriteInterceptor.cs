using Npgsql;

namespace AudioOrleans.Persistence.GrainStates;

/// <summary>
/// Goes along with the writes and clears of all states, whatever their type: it runs inside the transaction that changes the state, so
/// both happen or neither does. Register it in the services as <c>IWriteInterceptor</c>.
/// </summary>
/// <remarks>An exception undoes the write and reaches the grain.</remarks>
public interface IWriteInterceptor
{
    /// <summary>Whether there is anything to do for the present call; asked before each change, so it must cost nothing.</summary>
    bool HasWork { get; }

    /// <summary>A state of the grain was written or cleared.</summary>
    ValueTask WriteAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken);
}
