namespace Audio.Orleans.Contracts.Accounts;

/// <summary>An account. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.accounts.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>Makes the account.</summary>
    [Alias("Register")]
    Task<RegisterOutcome> Register(RegisterAccount wish);

    /// <summary>Checks the password and opens a session; null when it is wrong.</summary>
    [Alias("LogIn")]
    Task<TokenPair?> LogIn(string password);

    /// <summary>
    /// Trades a refresh token for a new pair; null when it is none of this account's. One that was used before ends its whole
    /// session, since either it or its successor was stolen.
    /// </summary>
    [Alias("Refresh")]
    Task<TokenPair?> Refresh(string refreshToken);

    /// <summary>Ends the session of a refresh token, if there is one.</summary>
    [Alias("LogOut")]
    Task LogOut(string refreshToken);

    /// <summary>The account; null when there is none.</summary>
    [AlwaysInterleave, Alias("GetProfile")]
    Task<AccountProfile?> GetProfile();
}
