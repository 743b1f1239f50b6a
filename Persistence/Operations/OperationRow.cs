namespace AudioOrleans.Persistence.Operations;

/// <summary>A row of <c>operations</c>: something that is done once. It is a request with an idempotency key, or a method's change to a grain.</summary>
/// <param name="Scope">The owner of the key; for a change to a grain, its operation.</param>
/// <param name="Key">The idempotency key as the caller sent it, or method and grain.</param>
/// <param name="OperationId">The operation; the resource it creates gets this id.</param>
/// <param name="Attempt">The attempt that executes or executed it; no other may complete it.</param>
/// <param name="Fingerprint">A keyed hash of the request; null for a change to a grain.</param>
/// <param name="LeaseUntil">When the attempt's lease expires, UTC; null for a change to a grain.</param>
/// <param name="SealedAnswer">The response, sealed; null while there is none.</param>
/// <param name="ExpiresAt">When it is deleted, and a key may be used for something else, UTC.</param>
public sealed record OperationRow(
    string Scope, string Key, Guid OperationId, Guid Attempt, string? Fingerprint, DateTime? LeaseUntil, string? SealedAnswer, DateTime ExpiresAt)
{
    /// <summary>The row of an attempt's change to a grain.</summary>
    public static OperationRow OfGrain(Guid operationId, string grain, string method, Guid attempt, DateTime expiresAt) =>
        new($"operation/{operationId:D}", $"{method} {grain}", operationId, attempt, null, null, null, expiresAt);
}
