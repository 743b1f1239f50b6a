namespace Audio.Orleans.Contracts.Accounts;

/// <summary>
/// Logging in by e-mail address, with the same answer in the same time whether the address is known or not. Key:
/// <see cref="GrainKeys.Login"/>: the address itself is in no key.
/// </summary>
[Alias("audio.accounts.ILoginGrain")]
public interface ILoginGrain : IGrainWithStringKey
{
    /// <summary>Tries to log in.</summary>
    [Alias("Try")]
    Task<LoginOutcome> Try(string email, string password);
}
