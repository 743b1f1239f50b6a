namespace AudioOrleans.Grains.Interfaces.Accounts.SignIn;

/// <summary>Sign-in with an external provider (RFC 6749, section 4.1). A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.accounts.ISignInGrain")]
public interface ISignInGrain : IGrainWithStringKey
{
    /// <summary>The enabled providers.</summary>
    [Alias("ListProviders")]
    Task<ImmutableArray<SignInProvider>> ListProviders();

    /// <summary>Returns where to redirect the browser, and what it must send back.</summary>
    /// <exception cref="AudioException">NotFound: no such provider, or it is disabled.</exception>
    [Alias("Begin"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SignInBegun> Begin(BeginSignIn command);

    /// <summary>Exchanges what the browser sent back for a session, or links the person to the account that started it.</summary>
    /// <exception cref="AudioException">NotFound: no such provider; Unavailable: the provider cannot be reached or does not work.</exception>
    [Alias("Finish"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SignInResult> Finish(FinishSignIn command);
}

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
