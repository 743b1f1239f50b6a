namespace Audio.Orleans.Contracts.Accounts;

/// <summary>An attempt to log in.</summary>
/// <param name="Email">The e-mail address, normalised.</param>
/// <param name="Password">The password in clear.</param>
/// <param name="Code">A second factor: six digits of an authenticator, or a recovery code; null for none.</param>
/// <param name="Network">Where it comes from: an IPv4 address or an IPv6 network; null for this machine's own.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.login-attempt")]
public sealed record LoginAttempt(
    [property: Id(0)] string Email, [property: Id(1)] string Password, [property: Id(2)] string? Code, [property: Id(3)] string? Network)
{
    /// <summary>Keeps the password out of logs.</summary>
    public override string ToString() => "LoginAttempt";
}
