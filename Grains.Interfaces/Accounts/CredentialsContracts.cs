using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Grains.Interfaces.Accounts;

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

/// <summary>How a login ended.</summary>
public enum LoginStatus
{
    /// <summary>Good: there are tokens.</summary>
    Granted,

    /// <summary>Unknown address or wrong password.</summary>
    Refused,

    /// <summary>The password is right, and a second factor is needed.</summary>
    CodeRequired,

    /// <summary>The password is right, the second factor is not.</summary>
    CodeRefused,

    /// <summary>Right, but the address is not verified yet.</summary>
    Unverified,

    /// <summary>Right, but an admin switched the account off.</summary>
    Disabled,

    /// <summary>Too many failures: nothing was checked.</summary>
    Locked,
}

/// <summary>How a login ended, with what it gives.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Tokens">The tokens of a good one.</param>
/// <param name="RetryAfter">How long to wait after too many failures.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.login-result")]
public sealed record LoginResult([property: Id(0)] LoginStatus Status, [property: Id(1)] TokenPair? Tokens, [property: Id(2)] TimeSpan? RetryAfter)
{
    /// <summary>It did not succeed, and there is nothing more to say.</summary>
    public static LoginResult From(LoginStatus status) => new(status, null, null);

    /// <summary>Keeps the tokens out of logs.</summary>
    public override string ToString() => $"LoginResult {Status}";
}

/// <summary>A request for another password.</summary>
/// <param name="CurrentPassword">The password that is valid now, in clear.</param>
/// <param name="NewPassword">The one to be, in clear.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.change-password")]
public sealed record ChangePassword([property: Id(0)] string CurrentPassword, [property: Id(1)] string NewPassword)
{
    /// <summary>Keeps the passwords out of logs.</summary>
    public override string ToString() => "ChangePassword";
}

/// <summary>A request for another e-mail address.</summary>
/// <param name="Password">The account's password, in clear.</param>
/// <param name="NewEmail">The address to be, normalised.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.change-email")]
public sealed record ChangeEmail([property: Id(0)] string Password, [property: Id(1)] string NewEmail)
{
    /// <summary>Keeps the password out of logs.</summary>
    public override string ToString() => "ChangeEmail";
}

/// <summary>A request for another password by one who has no old one to show.</summary>
/// <param name="Token">The token of the mailed link.</param>
/// <param name="NewPassword">The password to be, in clear.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.reset-password")]
public sealed record ResetPassword([property: Id(0)] string Token, [property: Id(1)] string NewPassword)
{
    /// <summary>Keeps token and password out of logs.</summary>
    public override string ToString() => "ResetPassword";
}

/// <summary>The tokens in mailed links: an account and a secret, see <see cref="OpaqueToken"/>.</summary>
public static class MailedToken
{
    /// <summary>A new token of an account.</summary>
    public static string Create(Guid userId) => OpaqueToken.Create(userId);

    /// <summary>Reads whose token it is, without any promise that it is good. False when it has not the form.</summary>
    public static bool TryRead(string? token, out Guid userId)
    {
        Span<Guid> ids = stackalloc Guid[1];
        var read = OpaqueToken.TryRead(token, ids);
        userId = ids[0];
        return read;
    }
}

/// <summary>How a change to an account's credentials ended.</summary>
/// <param name="Problems">What is wrong with the request, a wrong password or code included; then nothing was changed.</param>
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
    public static CredentialsOutcome Invalid(string field, string message, string code) => new([new FieldProblem(field, message, code)], null, null, [], null);

    /// <summary>Keeps secrets out of logs.</summary>
    public override string ToString() => "CredentialsOutcome";
}
