namespace Audio.Orleans.Contracts.Accounts;

/// <summary>How a wish for an account ended.</summary>
/// <param name="Account">The new account.</param>
/// <param name="Problems">What is wrong with the wish.</param>
/// <param name="EmailTaken">Another account has the address.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.register-outcome")]
public sealed record RegisterOutcome(
    [property: Id(0)] AccountProfile? Account, [property: Id(1)] ImmutableArray<FieldProblem> Problems, [property: Id(2)] bool EmailTaken);
