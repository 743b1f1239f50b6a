using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Operations;
using Npgsql;

namespace AudioOrleans.Grains.Operations;

/// <summary>
/// Records which attempt at an operation changed a grain, in the transaction that changes it. Only the first attempt to change it may; any
/// other is a duplicate, however late and on whatever silo, and is rolled back. Changes outside of operations are not recorded.
/// </summary>
public sealed class OperationLog(IdempotencyOptions options, TimeProvider time) : IWriteInterceptor
{
    /// <inheritdoc/>
    public bool HasWork => OperationRun.Current is not null;

    /// <inheritdoc/>
    /// <exception cref="OperationDoneException">Another attempt has already done it.</exception>
    public ValueTask WriteAsync(StateWrite write) => OperationRun.Current?.Grain == write.Grain ? EnterAsync(write.Transaction) : ValueTask.CompletedTask;

    /// <summary>Records a change of the current call to a table of its own: the same, for data that is not a grain's state.</summary>
    /// <exception cref="OperationDoneException">Another attempt has already done it.</exception>
    public async ValueTask EnterAsync(NpgsqlTransaction transaction)
    {
        if (OperationRun.Current is not { } run)
            return;
        // This happens after the key was claimed, so the record outlives the key.
        if (await OperationTable.EnterAsync(transaction, run.ToRow((time.GetUtcNow() + options.Lifetime).UtcDateTime), CancellationToken.None))
        {
            run.HasWritten = true;
            return;
        }
        run.WasDone = true;
        throw new OperationDoneException(run);
    }
}
