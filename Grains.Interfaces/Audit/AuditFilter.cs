namespace Audio.Orleans.Contracts.Audit;

/// <summary>Which entries are wanted; null lets all through.</summary>
/// <param name="ActorId">Those of one account.</param>
/// <param name="Resource">Those of one resource, such as <c>stream/…</c>.</param>
/// <param name="Action">Those of one action, such as <c>streams.update</c>.</param>
[GenerateSerializer, Immutable, Alias("audio.audit.filter")]
public sealed record AuditFilter([property: Id(0)] Guid? ActorId, [property: Id(1)] string? Resource, [property: Id(2)] string? Action);
