using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Gateway.Accounts;

/// <summary>The body of <c>POST /v1/auth/register</c>.</summary>
[Example("""{"email": "dj@example.org", "password": "correct horse 1!", "name": "Night Shift", "role": "dj"}""")]
public sealed record RegistrationRequest
{
    /// <summary>The e-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>At least 8 characters, with a letter, a digit and a special character; at most 72 bytes in UTF-8.</summary>
    public string? Password { get; init; }

    /// <summary>A display name, at most 200 characters.</summary>
    public string? Name { get; init; }

    /// <summary><c>dj</c> (the default) or <c>listener</c>; admins may create admins.</summary>
    public AccountRole? Role { get; init; }
}

/// <summary>The body of <c>POST /v1/auth/login</c>.</summary>
[Example("""{"email": "dj@example.org", "password": "correct horse 1!"}""")]
public sealed record LoginRequest
{
    /// <summary>The e-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>The password.</summary>
    public string? Password { get; init; }

    /// <summary>The second factor if it is enabled: six digits of the authenticator, or a recovery code.</summary>
    public string? Code { get; init; }
}

/// <summary>The body of <c>POST /v1/auth/refresh</c> and <c>/logout</c>.</summary>
[Example("""{"refresh_token": "AQAAAAAAAAAAAAAAAAAAAA"}""")]
public sealed record RefreshRequest
{
    /// <summary>The latest refresh token.</summary>
    public string? RefreshToken { get; init; }
}

/// <summary>The body of <c>PATCH /v1/users/{id}</c>; omitted fields stay unchanged.</summary>
[Example("""{"name": "Night Shift"}""")]
public sealed record AccountChanges
{
    /// <summary>The new display name.</summary>
    public string? Name { get; init; }

    /// <summary>The new role; admins only. The account's tokens must be refreshed.</summary>
    public AccountRole? Role { get; init; }

    /// <summary>True ends all activity of the account at once; admins only.</summary>
    public bool? Disabled { get; init; }
}

/// <summary>The body of <c>POST /v1/users/me/password</c>.</summary>
[Example("""{"current_password": "correct horse 1!", "new_password": "correct horse 2!"}""")]
public sealed record PasswordChange
{
    /// <summary>The current password.</summary>
    public string? CurrentPassword { get; init; }

    /// <summary>The new password; the rules are those of registration.</summary>
    public string? NewPassword { get; init; }
}

/// <summary>The body of <c>POST /v1/users/me/totp</c>.</summary>
[Example("""{"password": "correct horse 1!"}""")]
public sealed record TotpRequest
{
    /// <summary>The account's password.</summary>
    public string? Password { get; init; }
}

/// <summary>The body of <c>POST /v1/users/me/totp/confirm</c> and <c>/recovery-codes</c>.</summary>
[Example("""{"code": "287082"}""")]
public sealed record TotpCode
{
    /// <summary>Six digits of the authenticator; if the second factor is enabled, a recovery code is accepted as well.</summary>
    public string? Code { get; init; }
}

/// <summary>The body of <c>POST /v1/users/me/totp/disable</c>.</summary>
[Example("""{"password": "correct horse 1!", "code": "287082"}""")]
public sealed record TotpRemoval
{
    /// <summary>The account's password.</summary>
    public string? Password { get; init; }

    /// <summary>Six digits of the authenticator, or a recovery code.</summary>
    public string? Code { get; init; }
}

/// <summary>The response to a registration.</summary>
/// <param name="UserId">The new account.</param>
/// <param name="Email">Its e-mail address, normalized.</param>
/// <param name="Role">Its role.</param>
public sealed record AccountRegistered(Guid UserId, string Email, AccountRole Role);

/// <summary>The response to a login or a refresh.</summary>
/// <param name="AccessToken">A JWT for <c>Authorization: Bearer</c>.</param>
/// <param name="RefreshToken">Valid for one refresh.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">The access token's lifetime in seconds.</param>
public sealed record TokenResponse(string AccessToken, string RefreshToken, string TokenType, long ExpiresIn)
{
    /// <summary>Maps the tokens that the grain returns.</summary>
    public static TokenResponse From(TokenPair pair) => new(pair.AccessToken, pair.RefreshToken, "Bearer", (long)pair.ExpiresIn.TotalSeconds);
}

/// <summary>An account.</summary>
/// <param name="UserId">Its id.</param>
/// <param name="Email">Its e-mail address, normalized.</param>
/// <param name="Name">A display name; may be empty.</param>
/// <param name="Role">Its role.</param>
/// <param name="CreatedAt">When it was created, UTC.</param>
/// <param name="EmailVerified">Whether its owner has verified that address.</param>
/// <param name="Disabled">Whether an admin has disabled it.</param>
/// <param name="TotpEnabled">Whether logins need a second factor; omitted in lists.</param>
public sealed record AccountResponse(
    Guid UserId, string Email, string Name, AccountRole Role, DateTimeOffset CreatedAt, bool EmailVerified, bool Disabled, bool? TotpEnabled)
{
    /// <summary>Maps the profile that the grain returns.</summary>
    public static AccountResponse From(AccountProfile account) => new(
        account.UserId, account.Email, account.Name, account.Role, account.CreatedAt, account.EmailVerified, account.Disabled, account.TotpEnabled);

    /// <summary>Maps a list item.</summary>
    public static AccountResponse From(AccountListItem account) => new(
        account.UserId, account.Email, account.Name, account.Role, account.CreatedAt, account.EmailVerified, account.Disabled, null);
}

/// <summary>The response to <c>PATCH /v1/users/{id}</c>.</summary>
/// <param name="UserId">The account.</param>
/// <param name="UpdatedFields">The fields whose values changed.</param>
public sealed record AccountUpdated(Guid UserId, IReadOnlyList<string> UpdatedFields);

/// <summary>The response to <c>POST /v1/users/me/totp</c>.</summary>
/// <param name="OtpauthUri">The URI for authenticators, usually shown as a QR code; it contains the secret.</param>
public sealed record TotpSecret(string OtpauthUri);

/// <summary>Codes that each replace the second factor once.</summary>
/// <param name="RecoveryCodes">The codes; they are shown only once.</param>
public sealed record RecoveryCodesResponse(IReadOnlyList<string> RecoveryCodes);

/// <summary>The response to <c>GET /v1/health/auth</c>.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
/// <param name="UserId">The caller's account.</param>
/// <param name="Role">Its role.</param>
public sealed record AuthHealth(string Status, Guid UserId, string Role);
