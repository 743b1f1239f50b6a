namespace AudioOrleans.Grains.Interfaces.Audit;

/// <summary>Which entries are wanted; null lets all through.</summary>
/// <param name="ActorId">Those of one account.</param>
/// <param name="Resource">Those of one resource, such as <c>stream/…</c>.</param>
/// <param name="Action">Those of one action, such as <c>streams.update</c>.</param>
[GenerateSerializer, Immutable, Alias("audio.audit.filter")]
public sealed record AuditFilter([property: Id(0)] Guid? ActorId, [property: Id(1)] string? Resource, [property: Id(2)] string? Action);

/// <summary>Who did what to which resource.</summary>
/// <param name="EntryId">The entry.</param>
/// <param name="At">When, UTC.</param>
/// <param name="ActorId">Whose account; null for nobody's.</param>
/// <param name="ActorKind">One of <see cref="ActorKinds"/>.</param>
/// <param name="Action">What was done, such as <c>streams.update</c>.</param>
/// <param name="Resource">What it was done to: a grain's key, such as <c>stream/…</c>.</param>
/// <param name="Detail">What about it, such as the names of changed fields; may be null.</param>
/// <param name="Address">Where the request came from; may be null.</param>
/// <param name="RequestId">Which request it was; may be null.</param>
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
