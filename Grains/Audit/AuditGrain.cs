using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Audit;
using AudioOrleans.Persistence.Audit;
using AudioOrleans.Persistence.GrainStates;
using Npgsql;

namespace AudioOrleans.Grains.Audit;

/// <inheritdoc cref="IAuditGrain"/>
[StatelessWorker, GrainType("audit")]
public sealed class AuditGrain(AuditTable table) : Grain, IAuditGrain
{
    /// <inheritdoc/>
    public async Task<Page<AuditEntry>> List(Caller caller, AuditFilter filter, PageRequest page)
    {
        if (!caller.IsAdmin)
            throw new AudioException(AudioError.Forbidden, "The audit trail is for admins");
        var after = Cursor.ParseTimeAndId(page.Cursor);
        var rows = await table.ListAsync(filter.ActorId, filter.Resource, filter.Action, after, page.Limit + 1, CancellationToken.None);
        return Cursor.Paginate(rows, page.Limit, ToEntry, row => Cursor.Format(row.At.Ticks, row.EntryId));
    }

    private static AuditEntry ToEntry(AuditRow row) =>
        new(row.EntryId, row.At, row.ActorId, row.ActorKind, row.Action, row.Resource, row.Detail, row.Address, row.RequestId);
}

/// <summary>Records who changed a grain's state, in the transaction that changes it. Changes without a request are not recorded.</summary>
public sealed class AuditTrail(TimeProvider time) : IWriteInterceptor
{
    /// <inheritdoc/>
    public bool HasWork => Read(AuditContext.Action) is not null;

    /// <inheritdoc/>
    public ValueTask WriteAsync(StateWrite write) => EnterAsync(write.Grain.Key.ToString()!, write.AuditDetail, write.Transaction, write.CancellationToken);

    /// <summary>Records a change to something other than a grain's state; does nothing without a request.</summary>
    /// <param name="resource">What is changed, such as <c>job/…</c>.</param>
    /// <param name="transaction">The transaction that changes it.</param>
    /// <param name="cancellationToken">Cancels the write.</param>
    public ValueTask EnterAsync(string resource, NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        EnterAsync(resource, null, transaction, cancellationToken);

    private async ValueTask EnterAsync(string resource, string? detail, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        if (!HasWork)
            return;
        var now = time.GetUtcNow();
        var entry = new AuditRow(
            Guid.CreateVersion7(now), now.UtcDateTime,
            Guid.TryParse(Read(AuditContext.ActorId), out var actorId) ? actorId : null, Read(AuditContext.ActorKind) ?? ActorKinds.Anonymous,
            Read(AuditContext.Action)!, resource, detail, Read(AuditContext.Address), Read(AuditContext.RequestId));
        await AuditTable.AddAsync(transaction, entry, cancellationToken);
    }

    private static string? Read(string name) => RequestContext.Get(name) as string;
}
