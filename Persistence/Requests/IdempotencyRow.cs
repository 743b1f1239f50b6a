namespace AudioOrleans.Persistence.Requests;

/// <summary>A row of <c>idempotency_keys</c>.</summary>
/// <param name="Scope">Whose key it is.</param>
/// <param name="Key">The key as the caller sent it.</param>
/// <param name="Fingerprint">A keyed hash of the request.</param>
/// <param name="OperationId">The operation; what it creates gets this id.</param>
/// <param name="Attempt">Rises with each attempt at the operation; only the newest may end it.</param>
/// <param name="LeaseUntil">Until when the attempt is taken to be alive, UTC.</param>
/// <param name="SealedAnswer">The answer, sealed; null while there is none.</param>
/// <param name="ExpiresAt">When the key may be used for something else, UTC.</param>
public sealed record IdempotencyRow(
    string Scope, string Key, string Fingerprint, Guid OperationId, int Attempt, DateTime LeaseUntil, string? SealedAnswer, DateTime ExpiresAt);
