namespace AudioOrleans.Grains.Interfaces;

/// <summary>Distinguishes failed calls from bugs.</summary>
public static class FailedCalls
{
    /// <summary>
    /// Whether a grain could not be reached or did not respond, so that a later call may succeed. A call in flight to a node that dies can
    /// end as cancelled without a cancellation request: a loop that mistook that for its own shutdown would end the process.
    /// </summary>
    public static bool IsFailedCall(this Exception exception) =>
        exception is AudioException or TimeoutException or OrleansException or OperationCanceledException;
}
