namespace AudioOrleans.Grains.Interfaces.Accounts.SignIn;

/// <summary>The external identities that can sign in to an account. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.accounts.IAccountIdentitiesGrain")]
public interface IAccountIdentitiesGrain : IGrainWithStringKey
{
    /// <summary>Opens a session for a person whom a provider has authenticated. Creates the account if there is none.</summary>
    /// <param name="person">The person.</param>
    /// <param name="role">The role of a new account.</param>
    [Alias("SignIn"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SignInResult> SignIn(ExternalPerson person, AccountRole role);

    /// <summary>Allows a person to sign in to this account.</summary>
    /// <param name="person">The person.</param>
    /// <param name="sessionId">The session that requested it; it must still be open.</param>
    [Alias("Link"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SignInResult> Link(ExternalPerson person, Guid sessionId);

    /// <summary>The linked external identities, oldest first.</summary>
    [Alias("GetIdentities")]
    Task<ImmutableArray<LinkedIdentity>> GetIdentities();

    /// <summary>Removes a provider from sign-in. Sessions stay open.</summary>
    /// <exception cref="AudioException">NotFound: it is not linked; Conflict: it is the last way to sign in.</exception>
    [Alias("Unlink")]
    Task Unlink(string provider);
}
