namespace Audio.Orleans.Contracts.Audit;

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
