using Audio.Orleans.Contracts.Audit;
using Audio.Orleans.Persistence.Audit;
using Audio.Orleans.Persistence.GrainStates;
using Npgsql;

namespace Audio.Orleans.Grains.Audit;

/// <summary>Enters who changed a grain's state, in the transaction that changes it. Changes that no request asked for are not entered.</summary>
public sealed class AuditTrail(TimeProvider time) : IWriteCompanion
{
    /// <inheritdoc/>
    public bool HasWork => Read(AuditContext.Action) is not null;

    /// <inheritdoc/>
    public async ValueTask WriteAsync(GrainId grain, NpgsqlTransaction transaction, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var resource = grain.Key.ToString()!;
        var entry = new AuditRow(
            Guid.CreateVersion7(now), now.UtcDateTime,
            Guid.TryParse(Read(AuditContext.ActorId), out var actorId) ? actorId : null, Read(AuditContext.ActorKind) ?? ActorKinds.Anonymous,
            Read(AuditContext.Action)!, resource, Read(AuditContext.DetailOf(resource)), Read(AuditContext.Address), Read(AuditContext.RequestId));
        await AuditTable.AddAsync(transaction, entry, cancellationToken);
    }

    private static string? Read(string name) => RequestContext.Get(name) as string;
}
