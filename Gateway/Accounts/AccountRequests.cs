using Audio.Orleans.Contracts.Accounts;

namespace Audio.Orleans.Gateway.Accounts;

/// <summary>The body of <c>POST /v1/auth/register</c>.</summary>
public sealed record RegistrationRequest
{
    /// <summary>The e-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>At least 8 characters, with a letter, a digit and a special character.</summary>
    public string? Password { get; init; }

    /// <summary>A name to show.</summary>
    public string? Name { get; init; }

    /// <summary><c>dj</c> (the default) or <c>listener</c>.</summary>
    public AccountRole? Role { get; init; }
}

/// <summary>The body of <c>POST /v1/auth/login</c>.</summary>
public sealed record LoginRequest
{
    /// <summary>The e-mail address.</summary>
    public string? Email { get; init; }

    /// <summary>The password.</summary>
    public string? Password { get; init; }
}

/// <summary>The body of <c>POST /v1/auth/refresh</c> and <c>/logout</c>.</summary>
public sealed record RefreshRequest
{
    /// <summary>The newest refresh token.</summary>
    public string? RefreshToken { get; init; }
}
