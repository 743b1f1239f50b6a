namespace AudioOrleans.Persistence.Operations;

/// <summary>A row of <c>operations</c>: a thing that is done once. It is a request with an idempotency key, or what a method did to a grain.</summary>
/// <param name="Scope">Whose key it is; for what was done to a grain, its operation.</param>
/// <param name="Key">The idempotency key as the caller sent it, or method and grain.</param>
/// <param name="OperationId">The operation; what it creates gets this id.</param>
/// <param name="Attempt">The attempt that does it or has done it; no other may end it.</param>
/// <param name="Fingerprint">A keyed hash of the request; null for what was done to a grain.</param>
/// <param name="LeaseUntil">Until when the attempt is taken to be alive, UTC; null for what was done to a grain.</param>
/// <param name="SealedAnswer">The answer, sealed; null while there is none.</param>
/// <param name="ExpiresAt">When it is deleted, and a key may be used for something else, UTC.</param>
public sealed record OperationRow(
    string Scope, string Key, Guid OperationId, Guid Attempt, string? Fingerprint, DateTime? LeaseUntil, string? SealedAnswer, DateTime ExpiresAt)
{
    /// <summary>What an attempt does to a grain.</summary>
    public static OperationRow OfGrain(Guid operationId, string grain, string method, Guid attempt, DateTime expiresAt) =>
        new($"operation/{operationId:D}", $"{method} {grain}", operationId, attempt, null, null, null, expiresAt);
}
