using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Operations;

/// <summary>The SQL of operations. Of all attempts at the same work, the database admits one.</summary>
public sealed class OperationTable(AudioDatabase database)
{
    private const string Columns = "scope, key, operation_id, attempt, fingerprint, lease_until, sealed_answer, expires_at";
    private const string Attempt = "scope = @Scope and key = @Key and attempt = @Attempt";

    /// <summary>
    /// Claims an idempotency key: one that is free, one that has expired, or one whose work on the same request ended without a response;
    /// that work continues under its original operation.
    /// </summary>
    /// <returns>True and the claimed row, or false and the conflicting row.</returns>
    public async Task<(bool Taken, OperationRow Row)> BeginAsync(OperationRow wanted, DateTime now, CancellationToken cancellationToken)
    {
        while (true)
        {
            var mine = await database.RunAsync(
                connection => connection.QuerySingleOrDefaultAsync<OperationRow?>(new CommandDefinition(
                    $"""
                    insert into operations as o ({Columns})
                    values (@Scope, @Key, @OperationId, @Attempt, @Fingerprint, @LeaseUntil, null, @ExpiresAt)
                    on conflict (scope, key) do update set
                        operation_id = case when o.expires_at <= @now then excluded.operation_id else o.operation_id end,
                        expires_at = case when o.expires_at <= @now then excluded.expires_at else o.expires_at end,
                        attempt = excluded.attempt, fingerprint = excluded.fingerprint, lease_until = excluded.lease_until, sealed_answer = null
                    where o.expires_at <= @now
                       or (o.sealed_answer is null and o.lease_until <= @now and o.fingerprint = excluded.fingerprint)
                    returning {Columns}
                    """,
                    new { wanted.Scope, wanted.Key, wanted.OperationId, wanted.Attempt, wanted.Fingerprint, wanted.LeaseUntil, wanted.ExpiresAt, now },
                    cancellationToken: cancellationToken)),
                cancellationToken);
            if (mine is not null)
                return (true, mine);
            if (await FindAsync(wanted, cancellationToken) is { } theirs)
                return (false, theirs);
            // It was freed between the two statements.
        }
    }

    /// <summary>
    /// Records an attempt's change to a grain, in the transaction that makes it. The same attempt may do so again. While another attempt's
    /// transaction is open, this waits for its outcome.
    /// </summary>
    /// <returns>False if another attempt has already done it: the transaction must be rolled back.</returns>
    public static async Task<bool> EnterAsync(NpgsqlTransaction transaction, OperationRow done, CancellationToken cancellationToken) =>
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            $"""
            insert into operations as o ({Columns}) values (@Scope, @Key, @OperationId, @Attempt, null, null, null, @ExpiresAt)
            on conflict (scope, key) do update set attempt = excluded.attempt where o.attempt = excluded.attempt
            """,
            done, transaction, cancellationToken: cancellationToken)) > 0;

    /// <summary>The row with the same scope and key; null for none.</summary>
    public Task<OperationRow?> FindAsync(OperationRow row, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.QuerySingleOrDefaultAsync<OperationRow?>(new CommandDefinition(
            $"select {Columns} from operations where scope = @Scope and key = @Key", row, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>Stores the response of an attempt; false if another attempt holds the row.</summary>
    public Task<bool> AnswerAsync(OperationRow attempt, CancellationToken cancellationToken) =>
        ExecuteAsync($"update operations set sealed_answer = @SealedAnswer where {Attempt}", attempt, cancellationToken);

    /// <summary>Frees the key of an attempt that changed nothing; false if another attempt holds it.</summary>
    public Task<bool> ForgetAsync(OperationRow attempt, CancellationToken cancellationToken) =>
        ExecuteAsync($"delete from operations where {Attempt} and sealed_answer is null", attempt, cancellationToken);

    /// <summary>Ends the lease of an attempt that may have changed something; false if another attempt holds it.</summary>
    public Task<bool> YieldAsync(OperationRow attempt, CancellationToken cancellationToken) =>
        ExecuteAsync($"update operations set lease_until = @LeaseUntil where {Attempt}", attempt, cancellationToken);

    /// <summary>Deletes a batch of expired rows, oldest first; returns how many.</summary>
    public Task<int> DeleteExpiredAsync(DateTime now, int most, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            """
            delete from operations
            where (scope, key) in (select scope, key from operations where expires_at <= @now order by expires_at limit @most for update skip locked)
            """,
            new { now, most }, cancellationToken: cancellationToken)),
        cancellationToken);

    private Task<bool> ExecuteAsync(string sql, OperationRow row, CancellationToken cancellationToken) => database.RunAsync(
        async connection => await connection.ExecuteAsync(new CommandDefinition(sql, row, cancellationToken: cancellationToken)) > 0,
        cancellationToken);
}

/// <summary>A row of <c>operations</c>: something that is done once. It is a request with an idempotency key, or a method's change to a grain.</summary>
/// <param name="Scope">The owner of the key; for a change to a grain, its operation.</param>
/// <param name="Key">The idempotency key as the caller sent it, or method and grain.</param>
/// <param name="OperationId">The operation; the resource it creates gets this id.</param>
/// <param name="Attempt">The attempt that executes or executed it; no other may complete it.</param>
/// <param name="Fingerprint">A keyed hash of the request; null for a change to a grain.</param>
/// <param name="LeaseUntil">When the attempt's lease expires, UTC; null for a change to a grain.</param>
/// <param name="SealedAnswer">The response, sealed; null while there is none.</param>
/// <param name="ExpiresAt">When it is deleted, and a key may be used for something else, UTC.</param>
public sealed record OperationRow(
    string Scope, string Key, Guid OperationId, Guid Attempt, string? Fingerprint, DateTime? LeaseUntil, string? SealedAnswer, DateTime ExpiresAt)
{
    /// <summary>The row of an attempt's change to a grain.</summary>
    public static OperationRow OfGrain(Guid operationId, string grain, string method, Guid attempt, DateTime expiresAt) =>
        new($"operation/{operationId:D}", $"{method} {grain}", operationId, attempt, null, null, null, expiresAt);
}
