using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Audit;

/// <summary>A row of <c>audit_log</c>.</summary>
/// <param name="EntryId">The entry.</param>
/// <param name="At">When, UTC.</param>
/// <param name="ActorId">Whose account; null for nobody's.</param>
/// <param name="ActorKind">What kind of actor it was.</param>
/// <param name="Action">What was done, such as <c>streams.update</c>.</param>
/// <param name="Resource">What it was done to, such as <c>stream/…</c>.</param>
/// <param name="Detail">What about it; may be null.</param>
/// <param name="Address">Where the request came from; may be null.</param>
/// <param name="RequestId">Which request it was; may be null.</param>
public sealed record AuditRow(
    Guid EntryId, DateTime At, Guid? ActorId, string ActorKind, string Action, string Resource, string? Detail, string? Address, string? RequestId);

/// <summary>The SQL of the audit trail.</summary>
public sealed class AuditTable(AudioDatabase database)
{
    private const string Columns = "entry_id, at, actor_id, actor_kind, action, resource, detail, address, request_id";

    /// <summary>Adds an entry inside the transaction of what it tells of.</summary>
    public static Task AddAsync(NpgsqlTransaction transaction, AuditRow entry, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            $"insert into audit_log ({Columns}) values (@EntryId, @At, @ActorId, @ActorKind, @Action, @Resource, @Detail, @Address, @RequestId)",
            entry, transaction, cancellationToken: cancellationToken));

    /// <summary>Entries that pass all filters which are not null, newest first.</summary>
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

    /// <summary>Deletes some entries from before a time, the oldest first; says how many.</summary>
    public Task<int> DeleteBeforeAsync(DateTime time, int most, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            "delete from audit_log where entry_id in (select entry_id from audit_log where at < @time order by at limit @most for update skip locked)",
            new { time, most }, cancellationToken: cancellationToken)),
        cancellationToken);
}
