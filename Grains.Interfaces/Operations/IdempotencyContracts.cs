namespace AudioOrleans.Grains.Interfaces.Operations;

/// <summary>
/// Ensures that a request repeated with the same key is executed once. A stateless worker: key <see cref="GrainKeys.Shared"/>.
/// </summary>
[Alias("audio.requests.IIdempotencyGrain")]
public interface IIdempotencyGrain : IGrainWithStringKey
{
    /// <summary>Claims a request for execution; a granted claim has already stored the operation's id.</summary>
    [Alias("Begin")]
    Task<IdempotencyClaim> Begin(KeyedRequest request);

    /// <summary>The request succeeded: stores the response for repeats.</summary>
    [Alias("Complete")]
    Task Complete(KeyedRequest request, IdempotencyClaim claim, StoredResponse answer);

    /// <summary>The request was rejected and nothing was changed: the key is free for any request.</summary>
    [Alias("Forget")]
    Task Forget(KeyedRequest request, IdempotencyClaim claim);

    /// <summary>
    /// The request failed with an unknown outcome: it may be retried immediately under the same operation.
    /// </summary>
    [Alias("Yield")]
    Task Yield(KeyedRequest request, IdempotencyClaim claim);
}

/// <summary>A request with an <c>Idempotency-Key</c>.</summary>
/// <param name="Scope">The owner of the key: <c>account/…</c> or <c>anonymous</c>.</param>
/// <param name="Key">The key, 1 to 255 visible ASCII characters.</param>
/// <param name="Digest">SHA-256 of method, route and body, hexadecimal; only a keyed hash of it is stored.</param>
[GenerateSerializer, Immutable, Alias("audio.requests.keyed")]
public sealed record KeyedRequest([property: Id(0)] string Scope, [property: Id(1)] string Key, [property: Id(2)] string Digest)
{
    /// <summary>Keeps the digest out of logs: it could be compared with guesses.</summary>
    public override string ToString() => $"KeyedRequest {Scope}";
}

/// <summary>What to do with a request that has a key.</summary>
public enum IdempotencyOutcome
{
    /// <summary>Execute it.</summary>
    Acquired,

    /// <summary>The same request is being executed; wait and ask again.</summary>
    InProgress,

    /// <summary>It was executed: send the stored response.</summary>
    Completed,

    /// <summary>The key belongs to a different request.</summary>
    Mismatch,
}

/// <summary>Whether a request may be executed now.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="OperationId">The operation; the resource it creates gets this id.</param>
/// <param name="Attempt">The attempt that holds the key; the first has the operation's id.</param>
/// <param name="Answer">The response of a completed request.</param>
/// <param name="LeaseEndsIn">How long to wait for the attempt in progress.</param>
[GenerateSerializer, Immutable, Alias("audio.requests.turn")]
public sealed record IdempotencyClaim(
    [property: Id(0)] IdempotencyOutcome Kind, [property: Id(1)] Guid OperationId, [property: Id(5)] Guid Attempt, [property: Id(3)] StoredResponse? Answer, [property: Id(4)] TimeSpan LeaseEndsIn)
{
    /// <summary>The operation, entered before the work starts.</summary>
    public Operation Operation => new(OperationId, Attempt, IsRepeat: Attempt != OperationId);
}

/// <summary>An HTTP response as sent, to be sent again.</summary>
/// <param name="Status">The HTTP status, 200 to 299.</param>
/// <param name="ContentType">The media type; null without a body.</param>
/// <param name="Body">The body's text; may be empty.</param>
/// <param name="Location">The <c>Location</c> header; null for none.</param>
/// <param name="EntityTag">The <c>ETag</c> header; null for none.</param>
[GenerateSerializer, Immutable, Alias("audio.requests.kept-answer")]
public sealed record StoredResponse(
    [property: Id(0)] int Status, [property: Id(1)] string? ContentType, [property: Id(2)] string Body, [property: Id(3)] string? Location, [property: Id(4)] string? EntityTag)
{
    /// <summary>Keeps the body, which may hold secrets, out of logs.</summary>
    public override string ToString() => $"StoredResponse {Status}";
}
