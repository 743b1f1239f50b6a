namespace Audio.Orleans.Contracts.Accounts;

/// <summary>How a change to an account ended.</summary>
/// <param name="UpdatedFields">The fields that changed, in the contract's names.</param>
/// <param name="Problems">What is wrong with the wish; then nothing was changed.</param>
/// <param name="Revision">The account's revision now.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.outcome")]
public sealed record AccountOutcome(
    [property: Id(0)] ImmutableArray<string> UpdatedFields, [property: Id(1)] ImmutableArray<FieldProblem> Problems, [property: Id(2)] long Revision)
{
    /// <summary>It is invalid.</summary>
    public static AccountOutcome Invalid(params ImmutableArray<FieldProblem> problems) => new([], problems, 0);
}
