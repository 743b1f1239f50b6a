using Dapper;
using Npgsql;

namespace Audio.Orleans.Persistence.Accounts;

/// <summary>A row of <c>accounts</c>.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Email">Its address, normalised.</param>
/// <param name="Name">A name to show.</param>
/// <param name="Role"><c>listener</c>, <c>dj</c> or <c>admin</c>.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
public sealed record AccountRow(Guid UserId, string Email, string Name, string Role, DateTime CreatedAt);

/// <summary>The SQL of accounts.</summary>
public sealed class AccountTable(AudioDatabase database)
{
    /// <summary>Writes an account's row inside the state's transaction.</summary>
    /// <exception cref="DuplicateKeyException">Another account has the address.</exception>
    public static Task WriteAsync(NpgsqlTransaction transaction, AccountRow account, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into accounts (user_id, email, name, role, created_at) values (@UserId, @Email, @Name, @Role, @CreatedAt)
            on conflict (user_id) do update set email = excluded.email, name = excluded.name, role = excluded.role
            """, account, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Removes an account's row inside the state's transaction.</summary>
    public static Task RemoveAsync(NpgsqlTransaction transaction, Guid userId, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "delete from accounts where user_id = @userId", new { userId }, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>The account with this normalised address; null when there is none.</summary>
    public Task<Guid?> FindByEmailAsync(string email, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.QuerySingleOrDefaultAsync<Guid?>(
            new CommandDefinition("select user_id from accounts where email = @email", new { email }, cancellationToken: cancellationToken)),
        cancellationToken);
}
