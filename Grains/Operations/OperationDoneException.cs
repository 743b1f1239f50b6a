namespace AudioOrleans.Grains.Operations;

/// <summary>Another attempt has done this already: the write is undone. It leaves no grain, see <see cref="OperationFilter"/>.</summary>
/// <remarks>An OrleansException, since grain storage wraps all others in one before they reach the grain.</remarks>
public sealed class OperationDoneException(OperationRun run)
    : OrleansException($"Another attempt at the operation {run?.Operation.Id} has done {run?.Method} of {run?.Grain} already.");
