using System.Text.Json;
using AudioOrleans.Configuration;
using AudioOrleans.Grains.Interfaces.Operations;
using AudioOrleans.Persistence.Operations;

namespace AudioOrleans.Grains.Operations;

/// <inheritdoc cref="IIdempotencyGrain"/>
[StatelessWorker, GrainType("idempotency")]
public sealed class IdempotencyGrain(OperationTable table, OperationSecrets secrets, IdempotencyOptions options, TimeProvider time) : Grain, IIdempotencyGrain
{
    /// <inheritdoc/>
    public async Task<IdempotencyClaim> Begin(KeyedRequest request)
    {
        var now = time.GetUtcNow();
        var sender = OperationContext.Current;
        // The id of the request's own operation: also the key's, unless the key's operation started earlier.
        var id = sender?.Id ?? Guid.CreateVersion7(now);
        var wanted = new OperationRow(
            request.Scope, request.Key, id, id, secrets.Fingerprint(request), (now + options.Lease).UtcDateTime, null, (now + options.Lifetime).UtcDateTime);
        var (taken, row) = await table.BeginAsync(wanted, now.UtcDateTime, CancellationToken.None);
        // Claimed by this same request in an earlier attempt without a response: no other request has its id.
        var mine = sender is { IsRepeat: true } && row.Attempt == id && row.SealedAnswer is null;
        if (taken || mine)
            return Claim(IdempotencyOutcome.Acquired, leaseEndsIn: options.Lease);
        if (row.Fingerprint != wanted.Fingerprint)
            return Claim(IdempotencyOutcome.Mismatch);
        return secrets.Open(row) is { } answer
            ? Claim(IdempotencyOutcome.Completed, JsonSerializer.Deserialize<StoredResponse>(answer))
            : Claim(IdempotencyOutcome.InProgress, leaseEndsIn: row.LeaseUntil!.Value - now.UtcDateTime);

        IdempotencyClaim Claim(IdempotencyOutcome kind, StoredResponse? answer = null, TimeSpan leaseEndsIn = default) =>
            new(kind, row.OperationId, row.Attempt, answer, leaseEndsIn);
    }

    /// <inheritdoc/>
    public Task Complete(KeyedRequest request, IdempotencyClaim claim, StoredResponse answer) =>
        table.AnswerAsync(secrets.Seal(Row(request, claim), JsonSerializer.SerializeToUtf8Bytes(answer)), CancellationToken.None);

    /// <inheritdoc/>
    public Task Forget(KeyedRequest request, IdempotencyClaim claim) => table.ForgetAsync(Row(request, claim), CancellationToken.None);

    /// <inheritdoc/>
    public Task Yield(KeyedRequest request, IdempotencyClaim claim) =>
        table.YieldAsync(Row(request, claim) with { LeaseUntil = time.GetUtcNow().UtcDateTime }, CancellationToken.None);

    private static OperationRow Row(KeyedRequest request, IdempotencyClaim claim) =>
        new(request.Scope, request.Key, claim.OperationId, claim.Attempt, null, null, null, default);
}

/// <summary>Options for idempotency keys. Section <c>Idempotency</c>.</summary>
public sealed record IdempotencyOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Idempotency";

    /// <summary>How long a repeat gets the first response; results of commands are kept as long.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>After this time without a response, the sender that works on a request is considered dead.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(Lifetime > TimeSpan.Zero, nameof(Lifetime), "a time above zero, such as 1.00:00:00");
        problems.Require(Lease > TimeSpan.Zero, nameof(Lease), "a time above zero, such as 00:01:00");
    }
}
