using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>The sessions of an account; each starts with a login. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.accounts.IAccountSessionsGrain")]
public interface IAccountSessionsGrain : IGrainWithStringKey
{
    /// <summary>Checks the password and second factor, and opens a session.</summary>
    /// <param name="password">In plain text.</param>
    /// <param name="code">Six digits or a recovery code; null for none.</param>
    [Alias("LogIn"), ResponseTimeout(ResponseTimes.Slow)]
    Task<LoginResult> LogIn(Secret password, Secret? code);

    /// <summary>
    /// Exchanges a refresh token for a new pair; null if the token does not belong to this account. Reusing a token ends its whole
    /// session, since either it or its successor was stolen.
    /// </summary>
    [Alias("Refresh")]
    Task<TokenPair?> Refresh(Secret refreshToken);

    /// <summary>Ends the session of a refresh token, if there is one.</summary>
    [Alias("LogOut")]
    Task LogOut(Secret refreshToken);

    /// <summary>Ends all sessions.</summary>
    [Alias("LogOutEverywhere")]
    Task LogOutEverywhere();
}
