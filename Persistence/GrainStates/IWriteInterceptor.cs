namespace AudioOrleans.Persistence.GrainStates;

/// <summary>
/// Participates in the writes and clears of all states, whatever their type: it runs in the transaction that changes the state, after its
/// effects, so that either both are committed or neither is. Register it in the services as <c>IWriteInterceptor</c>.
/// </summary>
/// <remarks>An exception rolls back the write and reaches the grain.</remarks>
public interface IWriteInterceptor
{
    /// <summary>Whether it has work in the current call; checked before each change, so it must be cheap.</summary>
    bool HasWork { get; }

    /// <summary>A state of a grain was written or cleared.</summary>
    ValueTask WriteAsync(StateWrite write);
}
