using AudioOrleans.Grains.Interfaces.Audit;

namespace AudioOrleans.Gateway.Audit;

/// <summary>An entry of <c>GET /v1/admin/audit</c>.</summary>
/// <param name="EntryId">The entry.</param>
/// <param name="At">When it happened.</param>
/// <param name="ActorId">The account that acted; null for none.</param>
/// <param name="ActorKind"><c>account</c>, <c>api_key</c>, <c>anonymous</c> or <c>operator</c>.</param>
/// <param name="Action">The operation of this API, such as <c>streams.update</c>.</param>
/// <param name="Resource">The affected resource, such as <c>stream/…</c>.</param>
/// <param name="Detail">Further details, such as the names of changed fields.</param>
/// <param name="Address">Where the request came from.</param>
/// <param name="RequestId">The id of the request.</param>
public sealed record AuditResponse(
    Guid EntryId, DateTimeOffset At, Guid? ActorId, string ActorKind, string Action, string Resource, string? Detail, string? Address, string? RequestId)
{
    /// <summary>Maps the entry that the grain returns.</summary>
    public static AuditResponse From(AuditEntry entry) => new(
        entry.EntryId, entry.At, entry.ActorId, entry.ActorKind, entry.Action, entry.Resource, entry.Detail, entry.Address, entry.RequestId);
}
