using Dapper;

namespace AudioOrleans.Persistence.Requests;

/// <summary>The SQL of idempotency keys. Of all who begin with a key, the database lets one through.</summary>
public sealed class IdempotencyTable(AudioDatabase database)
{
    private const string Columns = "scope, key, fingerprint, operation_id, attempt, lease_until, sealed_answer, expires_at";
    private const string Attempt = "scope = @Scope and key = @Key and operation_id = @OperationId and attempt = @Attempt and sealed_answer is null";

    /// <summary>
    /// Takes a key: one that is free, one that has expired, or one whose work on the same request ended without an answer, which goes on
    /// under the operation that it began with.
    /// </summary>
    /// <returns>True and the row as it was taken, or false and the row that stands in the way.</returns>
    public Task<(bool Taken, IdempotencyRow Row)> BeginAsync(IdempotencyRow wanted, DateTime now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        return database.RunAsync(
            async connection =>
            {
                while (true)
                {
                    var mine = await connection.QuerySingleOrDefaultAsync<IdempotencyRow>(new CommandDefinition(
                        $"""
                        insert into idempotency_keys as k ({Columns})
                        values (@Scope, @Key, @Fingerprint, @OperationId, @Attempt, @LeaseUntil, null, @ExpiresAt)
                        on conflict (scope, key) do update set
                            operation_id = case when k.expires_at <= @now then excluded.operation_id else k.operation_id end,
                            expires_at = case when k.expires_at <= @now then excluded.expires_at else k.expires_at end,
                            fingerprint = excluded.fingerprint, attempt = k.attempt + 1, lease_until = excluded.lease_until, sealed_answer = null
                        where k.expires_at <= @now
                           or (k.sealed_answer is null and k.lease_until <= @now and k.fingerprint = excluded.fingerprint)
                        returning {Columns}
                        """,
                        new { wanted.Scope, wanted.Key, wanted.Fingerprint, wanted.OperationId, wanted.Attempt, wanted.LeaseUntil, wanted.ExpiresAt, now },
                        cancellationToken: cancellationToken));
                    if (mine is not null)
                        return (true, mine);
                    var theirs = await connection.QuerySingleOrDefaultAsync<IdempotencyRow>(new CommandDefinition(
                        $"select {Columns} from idempotency_keys where scope = @Scope and key = @Key", wanted, cancellationToken: cancellationToken));
                    if (theirs is not null)
                        return (false, theirs);
                    // It was freed between the two statements.
                }
            },
            cancellationToken);
    }

    /// <summary>Keeps the answer of an attempt; false when another attempt has taken over.</summary>
    public Task<bool> CompleteAsync(IdempotencyRow attempt, CancellationToken cancellationToken) =>
        ExecuteAsync($"update idempotency_keys set sealed_answer = @SealedAnswer where {Attempt}", attempt, cancellationToken);

    /// <summary>Frees the key of an attempt that changed nothing; false when another attempt has taken over.</summary>
    public Task<bool> ForgetAsync(IdempotencyRow attempt, CancellationToken cancellationToken) =>
        ExecuteAsync($"delete from idempotency_keys where {Attempt}", attempt, cancellationToken);

    /// <summary>Ends the lease of an attempt that may have changed something; false when another attempt has taken over.</summary>
    public Task<bool> YieldAsync(IdempotencyRow attempt, CancellationToken cancellationToken) =>
        ExecuteAsync($"update idempotency_keys set lease_until = @LeaseUntil where {Attempt}", attempt, cancellationToken);

    /// <summary>Deletes some keys that have expired; says how many.</summary>
    public Task<int> DeleteExpiredAsync(DateTime now, int most, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            """
            delete from idempotency_keys
            where (scope, key) in (select scope, key from idempotency_keys where expires_at <= @now order by expires_at limit @most for update skip locked)
            """,
            new { now, most }, cancellationToken: cancellationToken)),
        cancellationToken);

    private Task<bool> ExecuteAsync(string sql, IdempotencyRow row, CancellationToken cancellationToken) => database.RunAsync(
        async connection => await connection.ExecuteAsync(new CommandDefinition(sql, row, cancellationToken: cancellationToken)) > 0,
        cancellationToken);
}
