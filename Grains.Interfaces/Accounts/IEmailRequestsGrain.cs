namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>
/// Requests made by e-mail address and answered by mail. They do not reveal whether the address is known, and no address
/// receives more than a few mails, whoever requests them. Key: <see cref="GrainKeys.Email"/>.
/// </summary>
[Alias("audio.accounts.IEmailRequestsGrain")]
public interface IEmailRequestsGrain : IGrainWithStringKey
{
    /// <summary>Mails a link that verifies the address, if it belongs to an unverified account.</summary>
    /// <param name="email">The address, normalised.</param>
    /// <exception cref="AudioException">Conflict: this platform sends no mail.</exception>
    [Alias("RequestVerification")]
    Task RequestVerification(Secret email);

    /// <summary>Mails a link to set a new password, if an account has the address.</summary>
    /// <param name="email">The address, normalised.</param>
    /// <exception cref="AudioException">Conflict: this platform sends no mail.</exception>
    [Alias("RequestReset")]
    Task RequestReset(Secret email);

    /// <summary>Assigns this address to an account; see <see cref="IAccountMailGrain.ChangeEmail"/>.</summary>
    /// <exception cref="AudioException">Conflict: another account has it.</exception>
    [Alias("ChangeTo"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> ChangeTo(Guid userId, ChangeEmail command);

    /// <summary>Clears the failed logins. Runs even while a login awaits the account, which may itself be the caller.</summary>
    [AlwaysInterleave, Alias("ForgetFailures")]
    Task ForgetFailures();
}
