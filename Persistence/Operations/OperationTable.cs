using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Operations;

/// <summary>The SQL of operations. Of several attempts at the same, the database lets one write.</summary>
public sealed class OperationTable(AudioDatabase database)
{
    private const string Columns = "operation_id, grain, method, attempt, sealed_answer, created_at";
    private const string Key = "operation_id = @OperationId and grain = @Grain and method = @Method";

    /// <summary>
    /// Enters what an attempt does, inside the transaction that does it. An attempt may do so again. While another attempt's
    /// transaction is open this waits for how it ends.
    /// </summary>
    /// <returns>False when another attempt has done it: the transaction is to be undone.</returns>
    public static async Task<bool> EnterAsync(NpgsqlTransaction transaction, OperationRow mark, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            $"""
            insert into operations as o ({Columns}) values (@OperationId, @Grain, @Method, @Attempt, null, @CreatedAt)
            on conflict (operation_id, grain, method) do update set attempt = excluded.attempt where o.attempt = excluded.attempt
            """,
            mark, transaction, cancellationToken: cancellationToken)) > 0;
    }

    /// <summary>What was done under an operation to a grain by a method; null when nothing was.</summary>
    public Task<OperationRow?> FindAsync(Guid operationId, string grain, string method, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.QuerySingleOrDefaultAsync<OperationRow?>(new CommandDefinition(
            $"select {Columns} from operations where {Key}", new { OperationId = operationId, Grain = grain, Method = method },
            cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>Keeps the answer of the attempt that did it; false when it was another, or none.</summary>
    public Task<bool> AnswerAsync(OperationRow mark, CancellationToken cancellationToken) => database.RunAsync(
        async connection => await connection.ExecuteAsync(new CommandDefinition(
            $"update operations set sealed_answer = @SealedAnswer where {Key} and attempt = @Attempt", mark, cancellationToken: cancellationToken)) > 0,
        cancellationToken);

    /// <summary>Deletes some of what was done before a time, the oldest first; says how many.</summary>
    public Task<int> DeleteBeforeAsync(DateTime time, int most, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            """
            delete from operations where (operation_id, grain, method) in
                (select operation_id, grain, method from operations where created_at < @time order by created_at limit @most for update skip locked)
            """,
            new { time, most }, cancellationToken: cancellationToken)),
        cancellationToken);
}
