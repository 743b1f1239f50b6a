using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Audit;

/// <summary>A row of <c>audit_log</c>.</summary>
/// <param name="EntryId">The entry's id.</param>
/// <param name="At">When, UTC.</param>
/// <param name="ActorId">The account that acted; null if there is none.</param>
/// <param name="ActorKind">The kind of actor.</param>
/// <param name="Action">What was done, such as <c>streams.update</c>.</param>
/// <param name="Resource">The affected resource, such as <c>stream/…</c>.</param>
/// <param name="Detail">More detail; may be null.</param>
/// <param name="Address">The client's address; may be null.</param>
/// <param name="RequestId">The request id; may be null.</param>
public sealed record AuditRow(
    Guid EntryId, DateTime At, Guid? ActorId, string ActorKind, string Action, string Resource, string? Detail, string? Address, string? RequestId);

/// <summary>The SQL of the audit trail.</summary>
public sealed class AuditTable(AudioDatabase database)
{
    private const string Columns = "entry_id, at, actor_id, actor_kind, action, resource, detail, address, request_id";

    /// <summary>Adds an entry in the transaction of the change that it describes.</summary>
    public static Task AddAsync(NpgsqlTransaction transaction, AuditRow entry, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            $"insert into audit_log ({Columns}) values (@EntryId, @At, @ActorId, @ActorKind, @Action, @Resource, @Detail, @Address, @RequestId)",
            entry, transaction, cancellationToken: cancellationToken));

    /// <summary>Entries that match all non-null filters, newest first.</summary>
    public Task<IReadOnlyList<AuditRow>> ListAsync(
        Guid? actorId, string? resource, string? action, (DateTime At, Guid EntryId)? after, int limit, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<AuditRow>>(
        async connection => (await connection.QueryAsync<AuditRow>(new CommandDefinition(
            $"""
            select {Columns} from audit_log
            where (@actorId::uuid is null or actor_id = @actorId)
              and (@resource::text is null or resource = @resource)
              and (@action::text is null or action = @action)
              and (@AfterTime::timestamptz is null or (at, entry_id) < (@AfterTime, @AfterId))
            order by at desc, entry_id desc limit @limit
            """,
            new { actorId, resource, action, AfterTime = after?.At, AfterId = after?.EntryId, limit }, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);

    /// <summary>Deletes a batch of entries older than a time, oldest first; returns how many.</summary>
    public Task<int> DeleteBeforeAsync(DateTime time, int most, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            "delete from audit_log where entry_id in (select entry_id from audit_log where at < @time order by at limit @most for update skip locked)",
            new { time, most }, cancellationToken: cancellationToken)),
        cancellationToken);
}
