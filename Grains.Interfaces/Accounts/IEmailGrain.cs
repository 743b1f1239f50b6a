using AudioOrleans.Grains.Interfaces.Accounts.SignIn;

namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>
/// The operations that start from an e-mail address. Attempts per address run one at a time, with the same response in the same time
/// whether or not the address is known. Key: <see cref="GrainKeys.Email"/>, which does not contain the address itself.
/// </summary>
[Alias("audio.accounts.IEmailGrain")]
public interface IEmailGrain : IGrainWithStringKey
{
    /// <summary>Creates an account with this id; repeating the request returns the existing account.</summary>
    [Alias("Register"), ResponseTimeout(ResponseTimes.Slow)]
    Task<RegisterOutcome> Register(Guid userId, RegisterAccount command);

    /// <summary>Attempts a login; too many failures for the address or its network suspend logins for a while.</summary>
    [Alias("LogIn"), ResponseTimeout(ResponseTimes.Slow)]
    Task<LoginResult> LogIn(LoginAttempt attempt);

    /// <summary>Opens a session for a person who is not linked to an account yet, in the account with the address, or in a new one.</summary>
    /// <param name="newId">The id of a new account.</param>
    /// <param name="person">The person; the provider vouches that the address is theirs.</param>
    /// <param name="role">The role of a new account.</param>
    [Alias("SignIn"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SignInResult> SignIn(Guid newId, ExternalPerson person, AccountRole role);
}
