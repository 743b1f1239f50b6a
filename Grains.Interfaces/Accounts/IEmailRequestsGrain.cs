namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>
/// What is asked for by an e-mail address and answered by mail. Nobody learns here whether the address is known, and no address
/// gets more than a few mails, whoever asks for them. Key: <see cref="GrainKeys.Email"/>.
/// </summary>
[Alias("audio.accounts.IEmailRequestsGrain")]
public interface IEmailRequestsGrain : IGrainWithStringKey
{
    /// <summary>Mails a link that verifies the address, if an account has it that needs one.</summary>
    /// <param name="email">The address, normalised.</param>
    /// <exception cref="AudioException">Conflict: this platform sends no mail.</exception>
    [Alias("RequestVerification")]
    Task RequestVerification(Secret email);

    /// <summary>Mails a link that sets another password, if an account has the address.</summary>
    /// <param name="email">The address, normalised.</param>
    /// <exception cref="AudioException">Conflict: this platform sends no mail.</exception>
    [Alias("RequestReset")]
    Task RequestReset(Secret email);

    /// <summary>Gives this address to an account; see <see cref="IAccountMailGrain.ChangeEmail"/>.</summary>
    /// <exception cref="AudioException">Conflict: another account has it.</exception>
    [Alias("ChangeTo"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> ChangeTo(Guid userId, ChangeEmail command);

    /// <summary>Forgets failed logins. Also while a login waits for the account, which may be the one that calls.</summary>
    [AlwaysInterleave, Alias("ForgetFailures")]
    Task ForgetFailures();
}
