namespace Audio.Orleans.Contracts.Accounts;

/// <summary>
/// What begins with an e-mail address: one attempt after the other for each address, with the same answer in the same time
/// whether the address is known or not. Key: <see cref="GrainKeys.Email"/>: the address itself is in no key.
/// </summary>
[Alias("audio.accounts.IEmailGrain")]
public interface IEmailGrain : IGrainWithStringKey
{
    /// <summary>Makes an account with this id; the same wish again finds it made.</summary>
    [Alias("Register")]
    Task<RegisterOutcome> Register(Guid userId, RegisterAccount wish);

    /// <summary>Tries to log in; too many failures of the address or of the network it comes from pause it.</summary>
    [Alias("LogIn")]
    Task<LoginResult> LogIn(LoginAttempt attempt);
}
