using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Accounts;

/// <summary>A row of <c>accounts</c>.</summary>
/// <param name="UserId">The account.</param>
/// <param name="Email">Its address, normalised.</param>
/// <param name="Name">Display name.</param>
/// <param name="Role"><c>listener</c>, <c>dj</c> or <c>admin</c>.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="Disabled">Whether an admin disabled it.</param>
/// <param name="EmailVerified">Whether its owner has verified the address.</param>
public sealed record AccountRow(Guid UserId, string Email, string Name, string Role, DateTime CreatedAt, bool Disabled, bool EmailVerified);

/// <summary>A linked external identity.</summary>
/// <param name="Provider">The provider, such as <c>github</c>.</param>
/// <param name="Subject">The provider's own id of the person.</param>
public sealed record IdentityRow(string Provider, string Subject);

/// <summary>The SQL of accounts.</summary>
public sealed class AccountTable(AudioDatabase database)
{
    /// <summary>Writes an account's rows inside the state's transaction.</summary>
    /// <exception cref="DuplicateKeyException">Another account has the address or one of the identities.</exception>
    public static async Task WriteAsync(NpgsqlTransaction transaction, AccountRow account, IReadOnlyList<IdentityRow> identities, CancellationToken cancellationToken)
    {
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            insert into accounts (user_id, email, name, role, created_at, disabled, email_verified)
            values (@UserId, @Email, @Name, @Role, @CreatedAt, @Disabled, @EmailVerified)
            on conflict (user_id) do update set email = excluded.email, name = excluded.name, role = excluded.role,
                disabled = excluded.disabled, email_verified = excluded.email_verified
            """, account, transaction, cancellationToken: cancellationToken));
        await transaction.Connection!.ExecuteAsync(new CommandDefinition(
            """
            delete from account_identities where user_id = @UserId and (provider, subject) not in (select * from unnest(@Providers, @Subjects));
            insert into account_identities (provider, subject, user_id) select p, s, @UserId from unnest(@Providers, @Subjects) as i (p, s)
            where not exists (select from account_identities a where a.user_id = @UserId and a.provider = p and a.subject = s)
            """,
            new { account.UserId, Providers = identities.Select(identity => identity.Provider).ToArray(), Subjects = identities.Select(identity => identity.Subject).ToArray() },
            transaction, cancellationToken: cancellationToken));
    }

    /// <summary>Removes an account's rows inside the state's transaction.</summary>
    public static Task RemoveAsync(NpgsqlTransaction transaction, Guid userId, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "delete from accounts where user_id = @userId", new { userId }, transaction, cancellationToken: cancellationToken));

    /// <summary>The account with this normalised address; null if there is none.</summary>
    public Task<Guid?> FindByEmailAsync(string email, CancellationToken cancellationToken) =>
        FindAsync("select user_id from accounts where email = @email", new { email }, cancellationToken);

    /// <summary>The account that this person signs in to; null if there is none.</summary>
    public Task<Guid?> FindByIdentityAsync(IdentityRow identity, CancellationToken cancellationToken) =>
        FindAsync("select user_id from account_identities where provider = @Provider and subject = @Subject", identity, cancellationToken);

    /// <summary>Accounts, newest first: all, or the one with an address.</summary>
    /// <param name="email">The normalised address; null for all.</param>
    /// <param name="after">The last account of the previous page.</param>
    /// <param name="limit">The page size.</param>
    /// <param name="cancellationToken">Cancels the query.</param>
    public Task<IReadOnlyList<AccountRow>> ListAsync(string? email, (DateTime CreatedAt, Guid UserId)? after, int limit, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<AccountRow>>(
            async connection => (await connection.QueryAsync<AccountRow>(new CommandDefinition(
                """
                select user_id, email, name, role, created_at, disabled, email_verified from accounts
                where (@email::text is null or email = @email) and (@at::timestamptz is null or (created_at, user_id) < (@at, @id))
                order by created_at desc, user_id desc limit @limit
                """,
                new { email, at = after?.CreatedAt, id = after?.UserId, limit }, cancellationToken: cancellationToken))).AsList(),
            cancellationToken);

    private Task<Guid?> FindAsync(string sql, object parameters, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.QuerySingleOrDefaultAsync<Guid?>(new CommandDefinition(sql, parameters, cancellationToken: cancellationToken)),
        cancellationToken);
}
