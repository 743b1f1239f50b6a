using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Gateway.Accounts;

/// <summary>The answer to a registration.</summary>
/// <param name="UserId">The new account.</param>
/// <param name="Email">Its e-mail address, normalised.</param>
/// <param name="Role">What it is for.</param>
public sealed record AccountRegistered(Guid UserId, string Email, AccountRole Role);

/// <summary>The answer to a login or a refresh.</summary>
/// <param name="AccessToken">A JWT for <c>Authorization: Bearer</c>.</param>
/// <param name="RefreshToken">Good for one refresh.</param>
/// <param name="TokenType">Always <c>Bearer</c>.</param>
/// <param name="ExpiresIn">The access token's life in seconds.</param>
public sealed record TokenResponse(string AccessToken, string RefreshToken, string TokenType, long ExpiresIn)
{
    /// <summary>From what the grain gives.</summary>
    public static TokenResponse From(TokenPair pair) => new(pair.AccessToken, pair.RefreshToken, "Bearer", (long)pair.ExpiresIn.TotalSeconds);
}

/// <summary>An account.</summary>
/// <param name="UserId">Its id.</param>
/// <param name="Email">Its e-mail address, normalised.</param>
/// <param name="Name">A name to show; may be empty.</param>
/// <param name="Role">What it is for.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="EmailVerified">Whether its owner proved to read that address.</param>
/// <param name="Disabled">Whether an admin switched it off.</param>
/// <param name="TotpEnabled">Whether logins need a second factor; left out in lists.</param>
public sealed record AccountResponse(
    Guid UserId, string Email, string Name, AccountRole Role, DateTimeOffset CreatedAt, bool EmailVerified, bool Disabled, bool? TotpEnabled)
{
    /// <summary>From what the grain tells.</summary>
    public static AccountResponse From(AccountProfile account) => new(
        account.UserId, account.Email, account.Name, account.Role, account.CreatedAt, account.EmailVerified, account.Disabled, account.TotpEnabled);

    /// <summary>From a list.</summary>
    public static AccountResponse From(AccountListItem account) => new(
        account.UserId, account.Email, account.Name, account.Role, account.CreatedAt, account.EmailVerified, account.Disabled, null);
}

/// <summary>The answer to <c>PATCH /v1/users/{id}</c>.</summary>
/// <param name="UserId">The account.</param>
/// <param name="UpdatedFields">The fields that really changed.</param>
public sealed record AccountUpdated(Guid UserId, IReadOnlyList<string> UpdatedFields);

/// <summary>The answer to <c>POST /v1/users/me/totp</c>.</summary>
/// <param name="OtpauthUri">What authenticators take, mostly as a QR code; it holds the secret.</param>
public sealed record TotpSecret(string OtpauthUri);

/// <summary>Codes that each stand in for the second factor once.</summary>
/// <param name="RecoveryCodes">The codes, shown this once.</param>
public sealed record RecoveryCodesResponse(IReadOnlyList<string> RecoveryCodes);

/// <summary>The answer to <c>GET /v1/health/auth</c>.</summary>
/// <param name="Status">Always <c>ok</c>.</param>
/// <param name="UserId">The caller's account.</param>
/// <param name="Role">What it is for.</param>
public sealed record AuthHealth(string Status, Guid UserId, string Role);
