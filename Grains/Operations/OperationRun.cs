using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Persistence.Operations;

namespace AudioOrleans.Grains.Operations;

/// <summary>A grain call under an operation, while it runs.</summary>
/// <param name="operation">The operation.</param>
/// <param name="grain">The grain that is called.</param>
/// <param name="method">The method.</param>
public sealed class OperationRun(Operation operation, GrainId grain, string method)
{
    private static readonly AsyncLocal<OperationRun?> Running = new();
    private volatile bool _over;

    /// <summary>The call that runs here; null for none. Tasks that a call leaves running are no longer part of it.</summary>
    public static OperationRun? Current => Running.Value is { _over: false } run ? run : null;

    /// <summary>The operation.</summary>
    public Operation Operation => operation;

    /// <summary>The grain that is called.</summary>
    public GrainId Grain => grain;

    /// <summary>The method.</summary>
    public string Method => method;

    /// <summary>Whether it wrote something.</summary>
    public bool HasWritten { get; set; }

    /// <summary>Whether its write was rejected, since another attempt has already done it.</summary>
    public bool WasDone { get; set; }

    /// <summary>Runs the call; returns its exception, or null.</summary>
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

    /// <summary>The row that records its change to the grain.</summary>
    public OperationRow ToRow(DateTime expiresAt = default) => OperationRow.OfGrain(Operation.Id, Grain.ToString(), Method, Operation.Attempt, expiresAt);
}

/// <summary>Another attempt has done this already: the write is rolled back. Never leaves the grain, see <see cref="OperationFilter"/>.</summary>
/// <remarks>An OrleansException, since grain storage wraps all others before they reach the grain.</remarks>
public sealed class OperationDoneException(OperationRun run)
    : OrleansException($"Another attempt at the operation {run?.Operation.Id} has already done {run?.Method} of {run?.Grain}.");
