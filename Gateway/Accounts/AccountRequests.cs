using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Grains.Interfaces.Accounts;

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
