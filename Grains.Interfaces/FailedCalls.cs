namespace AudioOrleans.Grains.Interfaces;

/// <summary>Tells calls that failed from programs that did.</summary>
public static class FailedCalls
{
    /// <summary>
    /// Whether a grain could not be asked or could not answer, which a later call may. One that was on its way to a node that died can
    /// end as cancelled though nobody cancelled it: a loop that takes that for its own end would end the process.
    /// </summary>
    public static bool IsFailedCall(this Exception exception) =>
        exception is AudioException or TimeoutException or OrleansException or OperationCanceledException;
}
