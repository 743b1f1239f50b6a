using AudioOrleans.Gateway.Descriptions;

namespace AudioOrleans.Gateway.Accounts;

/// <summary>The body of <c>POST /v1/auth/verify-email/request</c> and <c>/v1/auth/password-reset/request</c>.</summary>
[Example("""{"email": "dj@example.org"}""")]
public sealed record MailRequest
{
    /// <summary>The account's e-mail address.</summary>
    public string? Email { get; init; }
}

/// <summary>The body of <c>POST /v1/auth/verify-email</c>.</summary>
[Example("""{"token": "AQAAAAAAAAAAAAAAAAAAAA"}""")]
public sealed record EmailVerification
{
    /// <summary>The text after <c>#verify=</c> in the mailed link.</summary>
    public string? Token { get; init; }
}

/// <summary>The body of <c>POST /v1/auth/password-reset</c>.</summary>
[Example("""{"token": "AQAAAAAAAAAAAAAAAAAAAA", "new_password": "correct horse 2!"}""")]
public sealed record PasswordReset
{
    /// <summary>The text after <c>#reset=</c> in the mailed link.</summary>
    public string? Token { get; init; }

    /// <summary>The new password; the rules are those of registration.</summary>
    public string? NewPassword { get; init; }
}

/// <summary>The body of <c>POST /v1/users/me/email</c>.</summary>
[Example("""{"password": "correct horse 1!", "new_email": "night.shift@example.org"}""")]
public sealed record EmailChange
{
    /// <summary>The account's password.</summary>
    public string? Password { get; init; }

    /// <summary>The new address.</summary>
    public string? NewEmail { get; init; }
}
