using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Accounts;

/// <summary>A row of <c>signing_keys</c>.</summary>
/// <param name="KeyId">The <c>kid</c> of tokens that it signed.</param>
/// <param name="SealedKey">The private key (PKCS #8, base64), sealed.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
public sealed record SigningKeyRow(string KeyId, string SealedKey, DateTime CreatedAt);

/// <summary>The SQL of signing keys.</summary>
public sealed class SigningKeyTable(AudioDatabase database)
{
    /// <summary>
    /// All keys, newest first, after adding and removing those that are due. One silo at a time decides; the others
    /// wait for it and then read the result.
    /// </summary>
    /// <param name="maintain">Receives the keys and returns those to add and to remove.</param>
    /// <param name="along">Further work in the same transaction; null for none.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public Task<IReadOnlyList<SigningKeyRow>> MaintainAsync(
        Func<IReadOnlyList<SigningKeyRow>, (IReadOnlyList<SigningKeyRow> Add, IReadOnlyList<SigningKeyRow> Remove)> maintain,
        Func<NpgsqlTransaction, ValueTask>? along, CancellationToken cancellationToken)
    {
        return database.InTransactionAsync<IReadOnlyList<SigningKeyRow>>(
            async transaction =>
            {
                var connection = transaction.Connection!;
                CommandDefinition Command(string sql, object? parameters = null) => new(sql, parameters, transaction, cancellationToken: cancellationToken);
                await connection.ExecuteAsync(Command("lock table signing_keys in exclusive mode"));
                var rows = (await connection.QueryAsync<SigningKeyRow>(Command("select key_id, sealed_key, created_at from signing_keys order by created_at desc"))).AsList();
                var (add, remove) = maintain(rows);
                foreach (var row in add)
                    await connection.ExecuteAsync(Command("insert into signing_keys (key_id, sealed_key, created_at) values (@KeyId, @SealedKey, @CreatedAt)", row));
                foreach (var row in remove)
                    await connection.ExecuteAsync(Command("delete from signing_keys where key_id = @KeyId", row));
                if (along is not null)
                    await along(transaction);
                return [.. rows.Except(remove).Concat(add).OrderByDescending(row => row.CreatedAt)];
            },
            cancellationToken);
    }
}
