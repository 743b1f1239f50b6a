namespace AudioOrleans.Grains.Storage;

/// <summary>Whoever ends a job does not hold it any more: the write is undone.</summary>
/// <remarks>An OrleansException, since grain storage wraps all others in one before they reach the grain.</remarks>
public sealed class LeaseLostException() : OrleansException("The job is not held any more.");
