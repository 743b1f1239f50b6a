namespace Audio.Orleans.Contracts.Accounts;

/// <summary>A wish for another e-mail address.</summary>
/// <param name="Password">The account's password, in clear.</param>
/// <param name="NewEmail">The address to be, normalised.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.change-email")]
public sealed record ChangeEmail([property: Id(0)] string Password, [property: Id(1)] string NewEmail)
{
    /// <summary>Keeps the password out of logs.</summary>
    public override string ToString() => "ChangeEmail";
}
