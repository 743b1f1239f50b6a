namespace AudioOrleans.Grains.Interfaces.Accounts.SignIn;

/// <summary>The accounts elsewhere that sign in to an account. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.accounts.IAccountIdentitiesGrain")]
public interface IAccountIdentitiesGrain : IGrainWithStringKey
{
    /// <summary>Opens a session for a person whom a provider has authenticated. Makes the account where there is none.</summary>
    /// <param name="person">Who it is.</param>
    /// <param name="role">What a new account is for.</param>
    [Alias("SignIn"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SignInResult> SignIn(ExternalPerson person, AccountRole role);

    /// <summary>Lets a person sign in to this account from now on.</summary>
    /// <param name="person">Who it is.</param>
    /// <param name="sessionId">The session that asked for it; it must still be open.</param>
    [Alias("Link"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SignInResult> Link(ExternalPerson person, Guid sessionId);

    /// <summary>The accounts elsewhere that sign in here, oldest first.</summary>
    [Alias("GetIdentities")]
    Task<ImmutableArray<LinkedIdentity>> GetIdentities();

    /// <summary>Ends signing in by a provider. Sessions go on.</summary>
    /// <exception cref="AudioException">NotFound: it is not linked; Conflict: there would be no way left to sign in.</exception>
    [Alias("Unlink")]
    Task Unlink(string provider);
}
