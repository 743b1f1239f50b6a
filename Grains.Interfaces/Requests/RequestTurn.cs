namespace Audio.Orleans.Contracts.Requests;

/// <summary>What is to be done with a request that came with a key.</summary>
public enum RequestTurnKind
{
    /// <summary>Do it.</summary>
    Yours,

    /// <summary>The same request is being done; wait and ask again.</summary>
    Taken,

    /// <summary>It was done: send the answer again.</summary>
    Answered,

    /// <summary>The key belongs to another request.</summary>
    Mismatch,
}

/// <summary>Whether a request may be done now.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="OperationId">The operation; what it creates gets this id.</param>
/// <param name="Attempt">Which attempt at the operation this is.</param>
/// <param name="Answer">The answer of one that was done.</param>
/// <param name="LeaseEndsIn">How long somebody who is doing it is waited for.</param>
[GenerateSerializer, Immutable, Alias("audio.requests.turn")]
public sealed record RequestTurn(
    [property: Id(0)] RequestTurnKind Kind, [property: Id(1)] Guid OperationId, [property: Id(2)] int Attempt, [property: Id(3)] KeptAnswer? Answer, [property: Id(4)] TimeSpan LeaseEndsIn);
