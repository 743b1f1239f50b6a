namespace AudioOrleans.Grains.Interfaces.Audit;

/// <summary>The audit trail, read from SQL. A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.audit.IAuditGrain")]
public interface IAuditGrain : IGrainWithStringKey
{
    /// <summary>The entries that match the filter, newest first.</summary>
    /// <exception cref="AudioException">Forbidden for non-admins.</exception>
    [Alias("List")]
    Task<Page<AuditEntry>> List(Caller caller, AuditFilter filter, PageRequest page);
}

/// <summary>Selects audit entries; null matches all.</summary>
/// <param name="ActorId">Only this account's.</param>
/// <param name="Resource">Only this resource's, such as <c>stream/…</c>.</param>
/// <param name="Action">Only this action's, such as <c>streams.update</c>.</param>
[GenerateSerializer, Immutable, Alias("audio.audit.filter")]
public sealed record AuditFilter([property: Id(0)] Guid? ActorId, [property: Id(1)] string? Resource, [property: Id(2)] string? Action);

/// <summary>An audit entry: who did what to which resource.</summary>
/// <param name="EntryId">The entry's id.</param>
/// <param name="At">When, UTC.</param>
/// <param name="ActorId">The account that acted; null if there is none.</param>
/// <param name="ActorKind">One of <see cref="ActorKinds"/>.</param>
/// <param name="Action">What was done, such as <c>streams.update</c>.</param>
/// <param name="Resource">The affected resource: a grain's key, such as <c>stream/…</c>.</param>
/// <param name="Detail">More detail, such as the names of changed fields; may be null.</param>
/// <param name="Address">The client's address; may be null.</param>
/// <param name="RequestId">The request id; may be null.</param>
[GenerateSerializer, Immutable, Alias("audio.audit.entry")]
public sealed record AuditEntry(
    [property: Id(0)] Guid EntryId,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] Guid? ActorId,
    [property: Id(3)] string ActorKind,
    [property: Id(4)] string Action,
    [property: Id(5)] string Resource,
    [property: Id(6)] string? Detail,
    [property: Id(7)] string? Address,
    [property: Id(8)] string? RequestId);
