using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Persistence.Operations;

namespace AudioOrleans.Grains.Operations;

/// <summary>One call of a grain's method under an operation, while it runs.</summary>
/// <param name="operation">What it is part of.</param>
/// <param name="grain">The grain that is called.</param>
/// <param name="method">The method.</param>
public sealed class OperationRun(Operation operation, GrainId grain, string method)
{
    private static readonly AsyncLocal<OperationRun?> Running = new();
    private volatile bool _over;

    /// <summary>The call that runs here; null for none. What a call leaves behind is no part of it any more.</summary>
    public static OperationRun? Current => Running.Value is { _over: false } run ? run : null;

    /// <summary>What it is part of.</summary>
    public Operation Operation => operation;

    /// <summary>The grain that is called.</summary>
    public GrainId Grain => grain;

    /// <summary>The method.</summary>
    public string Method => method;

    /// <summary>Whether it wrote something.</summary>
    public bool HasWritten { get; set; }

    /// <summary>Whether it was kept from writing, since another attempt has done it.</summary>
    public bool WasDone { get; set; }

    /// <summary>Runs the call; says how it failed, or null.</summary>
    public async Task<Exception?> InvokeAsync(IIncomingGrainCallContext context)
    {
        Running.Value = this;
        try
        {
            await context.Invoke();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
        finally
        {
            _over = true;
        }
    }

    /// <summary>The row of what it does to the grain.</summary>
    public OperationRow ToRow(DateTime expiresAt = default) => OperationRow.OfGrain(Operation.Id, Grain.ToString(), Method, Operation.Attempt, expiresAt);
}

/// <summary>Another attempt has done this already: the write is undone. It leaves no grain, see <see cref="OperationFilter"/>.</summary>
/// <remarks>An OrleansException, since grain storage wraps all others in one before they reach the grain.</remarks>
public sealed class OperationDoneException(OperationRun run)
    : OrleansException($"Another attempt at the operation {run?.Operation.Id} has done {run?.Method} of {run?.Grain} already.");
