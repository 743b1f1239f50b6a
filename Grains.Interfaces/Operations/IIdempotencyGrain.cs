namespace AudioOrleans.Grains.Interfaces.Operations;

/// <summary>
/// Sees to it that a request which is sent again under its key is done once. A stateless worker: key <see cref="GrainKeys.Shared"/>.
/// </summary>
[Alias("audio.requests.IIdempotencyGrain")]
public interface IIdempotencyGrain : IGrainWithStringKey
{
    /// <summary>Asks for the turn to do a request; when it is given, the operation's id is kept already.</summary>
    [Alias("Begin")]
    Task<IdempotencyClaim> Begin(KeyedRequest request);

    /// <summary>It was done: keeps the answer for those who send it again.</summary>
    [Alias("Complete")]
    Task Complete(KeyedRequest request, IdempotencyClaim claim, StoredResponse answer);

    /// <summary>It was refused and nothing was changed: the key is free for any request.</summary>
    [Alias("Forget")]
    Task Forget(KeyedRequest request, IdempotencyClaim claim);

    /// <summary>
    /// It failed, and nobody knows how far it came: the same request may be tried again at once, under the same operation.
    /// </summary>
    [Alias("Yield")]
    Task Yield(KeyedRequest request, IdempotencyClaim claim);
}
