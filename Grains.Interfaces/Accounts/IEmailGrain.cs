using AudioOrleans.Grains.Interfaces.Accounts.SignIn;

namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>
/// What begins with an e-mail address: one attempt after the other for each address, with the same answer in the same time
/// whether the address is known or not. Key: <see cref="GrainKeys.Email"/>: the address itself is in no key.
/// </summary>
[Alias("audio.accounts.IEmailGrain")]
public interface IEmailGrain : IGrainWithStringKey
{
    /// <summary>Makes an account with this id; the same request again finds it made.</summary>
    [Alias("Register"), ResponseTimeout(ResponseTimes.Slow)]
    Task<RegisterOutcome> Register(Guid userId, RegisterAccount command);

    /// <summary>Tries to log in; too many failures of the address or of the network it comes from pause it.</summary>
    [Alias("LogIn"), ResponseTimeout(ResponseTimes.Slow)]
    Task<LoginResult> LogIn(LoginAttempt attempt);

    /// <summary>Opens a session for a person who is linked to no account yet, in the account that has the address, or in a new one.</summary>
    /// <param name="newId">The id of a new account.</param>
    /// <param name="person">Who it is; the provider says that the person reads this address.</param>
    /// <param name="role">What a new account is for.</param>
    [Alias("SignIn"), ResponseTimeout(ResponseTimes.Slow)]
    Task<SignInResult> SignIn(Guid newId, ExternalPerson person, AccountRole role);
}
