namespace AudioOrleans.Persistence.Operations;

/// <summary>A row of <c>operations</c>: what one attempt at an operation did to a grain.</summary>
/// <param name="OperationId">The operation.</param>
/// <param name="Grain">The grain, as type and key.</param>
/// <param name="Method">The method that did it.</param>
/// <param name="Attempt">The attempt that did it.</param>
/// <param name="SealedAnswer">What the method answered, sealed; null while there is no answer.</param>
/// <param name="CreatedAt">When it was done, UTC.</param>
public sealed record OperationRow(Guid OperationId, string Grain, string Method, Guid Attempt, string? SealedAnswer, DateTime CreatedAt);
