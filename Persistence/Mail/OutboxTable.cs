using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Mail;

/// <summary>A row of <c>mail_outbox</c>: a mail that is to be sent.</summary>
/// <param name="MailId">Its id.</param>
/// <param name="SealedMail">The mail, sealed.</param>
/// <param name="DueAt">When to send it, UTC.</param>
/// <param name="ExpiresAt">When it is not worth sending any more, UTC.</param>
/// <param name="Attempts">How often it was tried.</param>
public sealed record OutboxRow(Guid MailId, string SealedMail, DateTime DueAt, DateTime ExpiresAt, int Attempts);

/// <summary>The SQL of mails that are to be sent.</summary>
public sealed class OutboxTable(AudioDatabase database)
{
    /// <summary>Adds a mail inside the transaction of the state that made it necessary.</summary>
    public static Task AddAsync(NpgsqlTransaction transaction, OutboxRow mail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "insert into mail_outbox (mail_id, sealed_mail, due_at, expires_at, attempts) values (@MailId, @SealedMail, @DueAt, @ExpiresAt, @Attempts) on conflict do nothing",
            mail, transaction, cancellationToken: cancellationToken));
    }

    /// <summary>
    /// Takes the mails that are due, for one sender alone: until <paramref name="until"/> nobody else gets them, and then they
    /// are due again unless they were removed.
    /// </summary>
    public Task<IReadOnlyList<OutboxRow>> TakeAsync(DateTime now, DateTime until, int limit, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<OutboxRow>>(
            async connection => (await connection.QueryAsync<OutboxRow>(new CommandDefinition(
                """
                update mail_outbox m set due_at = @until, attempts = m.attempts + 1
                from (select mail_id from mail_outbox where due_at <= @now order by due_at limit @limit for update skip locked) due
                where m.mail_id = due.mail_id
                returning m.mail_id, m.sealed_mail, m.due_at, m.expires_at, m.attempts
                """,
                new { now, until, limit }, cancellationToken: cancellationToken))).AsList(),
            cancellationToken);

    /// <summary>Has a mail wait until another attempt.</summary>
    public Task PostponeAsync(Guid mailId, DateTime until, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            "update mail_outbox set due_at = @until where mail_id = @mailId", new { mailId, until }, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>Removes a mail that was sent, or that is not worth sending any more.</summary>
    public Task RemoveAsync(Guid mailId, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            "delete from mail_outbox where mail_id = @mailId", new { mailId }, cancellationToken: cancellationToken)),
        cancellationToken);
}
