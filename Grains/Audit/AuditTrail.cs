using AudioOrleans.Grains.Interfaces.Audit;
using AudioOrleans.Persistence.Audit;
using AudioOrleans.Persistence.GrainStates;
using Npgsql;

namespace AudioOrleans.Grains.Audit;

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
