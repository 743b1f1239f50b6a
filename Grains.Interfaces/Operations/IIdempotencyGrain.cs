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
