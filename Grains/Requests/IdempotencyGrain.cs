using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Grains.Interfaces.Requests;
using AudioOrleans.Persistence.Requests;

namespace AudioOrleans.Grains.Requests;

/// <inheritdoc cref="IIdempotencyGrain"/>
[StatelessWorker, GrainType("idempotency")]
public sealed class IdempotencyGrain(IdempotencyTable table, RequestSecrets secrets, IdempotencyOptions options, TimeProvider time) : Grain, IIdempotencyGrain
{
    /// <inheritdoc/>
    public async Task<IdempotencyClaim> Begin(KeyedRequest request)
    {
        var now = time.GetUtcNow();
        var fingerprint = secrets.Fingerprint(request);
        var operation = OperationContext.Current;
        var wanted = new IdempotencyRow(
            request.Scope, request.Key, fingerprint, operation?.Id ?? Guid.CreateVersion7(now), 1, (now + options.Lease).UtcDateTime, null, (now + options.Lifetime).UtcDateTime);
        var (taken, row) = await table.BeginAsync(wanted, now.UtcDateTime, CancellationToken.None);
        // Taken by this very request, whose first attempt to take it got no answer: nobody else has the operation's id.
        var mine = operation is { IsRepeat: true } && row is { Attempt: 1, SealedAnswer: null } && row.OperationId == operation.Value.Id;
        if (taken || mine)
            return new IdempotencyClaim(IdempotencyOutcome.Acquired, row.OperationId, row.Attempt, null, options.Lease);
        if (row.Fingerprint != fingerprint)
            return new IdempotencyClaim(IdempotencyOutcome.Mismatch, row.OperationId, row.Attempt, null, TimeSpan.Zero);
        return row.SealedAnswer is { } answer
            ? new IdempotencyClaim(IdempotencyOutcome.Completed, row.OperationId, row.Attempt, secrets.Open(answer, request, row.OperationId), TimeSpan.Zero)
            : new IdempotencyClaim(IdempotencyOutcome.InProgress, row.OperationId, row.Attempt, null, row.LeaseUntil - now.UtcDateTime);
    }

    /// <inheritdoc/>
    public Task Complete(KeyedRequest request, IdempotencyClaim claim, StoredResponse answer) => table.CompleteAsync(
        Row(request, claim) with { SealedAnswer = secrets.Seal(answer, request, claim.OperationId) }, CancellationToken.None);

    /// <inheritdoc/>
    public Task Forget(KeyedRequest request, IdempotencyClaim claim) => table.ForgetAsync(Row(request, claim), CancellationToken.None);

    /// <inheritdoc/>
    public Task Yield(KeyedRequest request, IdempotencyClaim claim) =>
        table.YieldAsync(Row(request, claim) with { LeaseUntil = time.GetUtcNow().UtcDateTime }, CancellationToken.None);

    private static IdempotencyRow Row(KeyedRequest request, IdempotencyClaim claim) =>
        new(request.Scope, request.Key, "", claim.OperationId, claim.Attempt, default, null, default);
}
