namespace AudioOrleans.Persistence.GrainStates;

/// <summary>
/// Takes part in the writes and clears of all states, whatever their type: it runs in the transaction that changes the state, after its
/// effects, so either both happen or neither does. Register it in the services as <c>IWriteInterceptor</c>.
/// </summary>
/// <remarks>An exception undoes the write and reaches the grain.</remarks>
public interface IWriteInterceptor
{
    /// <summary>Whether it has work in the present call; asked before each change, so it must cost nothing.</summary>
    bool HasWork { get; }

    /// <summary>A state of a grain was written or cleared.</summary>
    ValueTask WriteAsync(StateWrite write);
}
