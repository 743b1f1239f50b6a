using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Gateway.Accounts;

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
