using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Audit;
using AudioOrleans.Persistence.Audit;

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
