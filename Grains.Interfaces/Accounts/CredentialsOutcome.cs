using Audio.Orleans.Contracts.Tokens;

namespace Audio.Orleans.Contracts.Accounts;

/// <summary>How a change to an account's credentials ended.</summary>
/// <param name="Problems">What is wrong with the wish, a wrong password or code included; then nothing was changed.</param>
/// <param name="Tokens">A new session, where the change ended all others.</param>
/// <param name="TotpUri">The secret for an authenticator (<c>otpauth://totp/…</c>).</param>
/// <param name="RecoveryCodes">Codes that each stand in for the second factor once; shown this once.</param>
/// <param name="RetryAfter">Set after too many wrong passwords or codes: how long to wait; nothing was checked.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.credentials-outcome")]
public sealed record CredentialsOutcome(
    [property: Id(0)] ImmutableArray<FieldProblem> Problems,
    [property: Id(1)] TokenPair? Tokens,
    [property: Id(2)] string? TotpUri,
    [property: Id(3)] ImmutableArray<string> RecoveryCodes,
    [property: Id(4)] TimeSpan? RetryAfter)
{
    /// <summary>Done; nothing to show.</summary>
    public static CredentialsOutcome Done { get; } = new([], null, null, [], null);

    /// <summary>Refused for one field.</summary>
    public static CredentialsOutcome Invalid(string field, string message) => new([new FieldProblem(field, message)], null, null, [], null);

    /// <summary>Keeps secrets out of logs.</summary>
    public override string ToString() => "CredentialsOutcome";
}
