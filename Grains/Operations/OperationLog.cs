using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Operations;
using Npgsql;

namespace AudioOrleans.Grains.Operations;

/// <summary>
/// Enters which attempt at an operation changed a grain, in the transaction that changes it. A change by another attempt than the first
/// to change it is undone: it is a duplicate, however late, and on whatever silo. Changes outside of operations are not entered.
/// </summary>
public sealed class OperationLog(IdempotencyOptions options, TimeProvider time) : IWriteInterceptor
{
    /// <inheritdoc/>
    public bool HasWork => OperationRun.Current is not null;

    /// <inheritdoc/>
    /// <exception cref="OperationDoneException">Another attempt has done it.</exception>
    public ValueTask WriteAsync(StateWrite write) => OperationRun.Current?.Grain == write.Grain ? EnterAsync(write.Transaction) : ValueTask.CompletedTask;

    /// <summary>Enters what the present call changes in a table of its own: the same for what is no state of a grain.</summary>
    /// <exception cref="OperationDoneException">Another attempt has done it.</exception>
    public async ValueTask EnterAsync(NpgsqlTransaction transaction)
    {
        if (OperationRun.Current is not { } run)
            return;
        // Done after its key was taken, so that it is known for longer than that.
        if (await OperationTable.EnterAsync(transaction, run.ToRow((time.GetUtcNow() + options.Lifetime).UtcDateTime), CancellationToken.None))
        {
            run.HasWritten = true;
            return;
        }
        run.WasDone = true;
        throw new OperationDoneException(run);
    }
}
