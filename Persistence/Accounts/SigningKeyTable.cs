using Dapper;

namespace Audio.Orleans.Persistence.Accounts;

/// <summary>A row of <c>signing_keys</c>.</summary>
/// <param name="KeyId">The <c>kid</c> of tokens that it signed.</param>
/// <param name="SealedKey">The private key (PKCS #8, base64), sealed.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
public sealed record SigningKeyRow(string KeyId, string SealedKey, DateTime CreatedAt);

/// <summary>The SQL of signing keys.</summary>
public sealed class SigningKeyTable(AudioDatabase database)
{
    /// <summary>All keys, the newest first. The first silo that finds none adds one; the others wait for it.</summary>
    public Task<IReadOnlyList<SigningKeyRow>> ListOrAddAsync(Func<SigningKeyRow> create, CancellationToken cancellationToken) =>
        database.InTransactionAsync<IReadOnlyList<SigningKeyRow>>(
            async transaction =>
            {
                var connection = transaction.Connection!;
                await connection.ExecuteAsync(new CommandDefinition("lock table signing_keys in exclusive mode", transaction: transaction, cancellationToken: cancellationToken));
                const string list = "select key_id, sealed_key, created_at from signing_keys order by created_at desc";
                var rows = (await connection.QueryAsync<SigningKeyRow>(new CommandDefinition(list, transaction: transaction, cancellationToken: cancellationToken))).AsList();
                if (rows.Count > 0)
                    return rows;
                var key = create();
                await connection.ExecuteAsync(new CommandDefinition(
                    "insert into signing_keys (key_id, sealed_key, created_at) values (@KeyId, @SealedKey, @CreatedAt)", key, transaction, cancellationToken: cancellationToken));
                return [key];
            },
            cancellationToken);
}
