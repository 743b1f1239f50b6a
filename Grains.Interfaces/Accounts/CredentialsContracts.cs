using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>An attempt to log in.</summary>
/// <param name="Email">The e-mail address, normalised.</param>
/// <param name="Password">The password in plain text.</param>
/// <param name="Code">A second factor: six digits from an authenticator, or a recovery code; null for none.</param>
/// <param name="Network">The client's IPv4 address or IPv6 network; null for this machine's own.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.login-attempt")]
public sealed record LoginAttempt(
    [property: Id(0)] string Email, [property: Id(1)] string Password, [property: Id(2)] string? Code, [property: Id(3)] string? Network)
{
    /// <summary>Keeps the password out of logs.</summary>
    public override string ToString() => "LoginAttempt";
}

/// <summary>The status of a login.</summary>
public enum LoginStatus
{
    /// <summary>Success: tokens were issued.</summary>
    Granted,

    /// <summary>Unknown address or wrong password.</summary>
    Refused,

    /// <summary>The password is correct, and a second factor is needed.</summary>
    CodeRequired,

    /// <summary>The password is correct, the second factor is not.</summary>
    CodeRefused,

    /// <summary>The password is correct, but the address is not verified yet.</summary>
    Unverified,

    /// <summary>The password is correct, but an admin disabled the account.</summary>
    Disabled,

    /// <summary>Too many failed attempts: nothing was checked.</summary>
    Locked,
}

/// <summary>The result of a login.</summary>
/// <param name="Status">The status.</param>
/// <param name="Tokens">The tokens, if granted.</param>
/// <param name="RetryAfter">How long to wait after too many failed attempts.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.login-result")]
public sealed record LoginResult([property: Id(0)] LoginStatus Status, [property: Id(1)] TokenPair? Tokens, [property: Id(2)] TimeSpan? RetryAfter)
{
    /// <summary>A result with a status only.</summary>
    public static LoginResult From(LoginStatus status) => new(status, null, null);

    /// <summary>Keeps the tokens out of logs.</summary>
    public override string ToString() => $"LoginResult {Status}";
}

/// <summary>A request to change the password.</summary>
/// <param name="CurrentPassword">The current password, in plain text.</param>
/// <param name="NewPassword">The new password, in plain text.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.change-password")]
public sealed record ChangePassword([property: Id(0)] string CurrentPassword, [property: Id(1)] string NewPassword)
{
    /// <summary>Keeps the passwords out of logs.</summary>
    public override string ToString() => "ChangePassword";
}

/// <summary>A request to change the e-mail address.</summary>
/// <param name="Password">The account's password, in plain text.</param>
/// <param name="NewEmail">The new address, normalised.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.change-email")]
public sealed record ChangeEmail([property: Id(0)] string Password, [property: Id(1)] string NewEmail)
{
    /// <summary>Keeps the password out of logs.</summary>
    public override string ToString() => "ChangeEmail";
}

/// <summary>A request to set a new password without the old one.</summary>
/// <param name="Token">The token of the mailed link.</param>
/// <param name="NewPassword">The new password, in plain text.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.reset-password")]
public sealed record ResetPassword([property: Id(0)] string Token, [property: Id(1)] string NewPassword)
{
    /// <summary>Keeps token and password out of logs.</summary>
    public override string ToString() => "ResetPassword";
}

/// <summary>The tokens in mailed links: an account id and a secret, see <see cref="OpaqueToken"/>.</summary>
public static class MailedToken
{
    /// <summary>Creates a token for an account.</summary>
    public static string Create(Guid userId) => OpaqueToken.Create(userId);

    /// <summary>Reads the account id without verifying the token. False if the token is malformed.</summary>
    public static bool TryRead(string? token, out Guid userId)
    {
        Span<Guid> ids = stackalloc Guid[1];
        var read = OpaqueToken.TryRead(token, ids);
        userId = ids[0];
        return read;
    }
}

/// <summary>The result of a change to an account's credentials.</summary>
/// <param name="Problems">Validation problems, including a wrong password or code; if there are any, nothing was changed.</param>
/// <param name="Tokens">The tokens of a new session, if the change ended all others.</param>
/// <param name="TotpUri">The secret for an authenticator (<c>otpauth://totp/…</c>).</param>
/// <param name="RecoveryCodes">Codes that each replace the second factor once; shown only here.</param>
/// <param name="RetryAfter">Set after too many wrong passwords or codes: how long to wait; nothing was checked.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.credentials-outcome")]
public sealed record CredentialsOutcome(
    [property: Id(0)] ImmutableArray<FieldProblem> Problems,
    [property: Id(1)] TokenPair? Tokens,
    [property: Id(2)] string? TotpUri,
    [property: Id(3)] ImmutableArray<string> RecoveryCodes,
    [property: Id(4)] TimeSpan? RetryAfter)
{
    /// <summary>Success, with nothing to return.</summary>
    public static CredentialsOutcome Done { get; } = new([], null, null, [], null);

    /// <summary>A problem with one field.</summary>
    public static CredentialsOutcome Invalid(string field, string message, string code) => new([new FieldProblem(field, message, code)], null, null, [], null);

    /// <summary>Keeps secrets out of logs.</summary>
    public override string ToString() => "CredentialsOutcome";
}
