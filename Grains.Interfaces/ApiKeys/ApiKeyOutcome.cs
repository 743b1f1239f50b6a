namespace Audio.Orleans.Contracts.ApiKeys;

/// <summary>How a wish for an API key ended.</summary>
/// <param name="Details">What it is.</param>
/// <param name="KeyToken">The key itself, shown this once.</param>
/// <param name="Problems">What is wrong with the wish; then there is no key.</param>
[GenerateSerializer, Immutable, Alias("audio.api-keys.outcome")]
public sealed record ApiKeyOutcome(
    [property: Id(0)] ApiKeyDetails? Details, [property: Id(1)] string? KeyToken, [property: Id(2)] ImmutableArray<FieldProblem> Problems)
{
    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => "ApiKeyOutcome";
}
