namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>What an account mails to its owner, and what comes back by the links in it. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.accounts.IAccountMailGrain")]
public interface IAccountMailGrain : IGrainWithStringKey
{
    /// <summary>Mails a link that verifies the address. False where there is nothing to verify, or a link went out within the last minute.</summary>
    [Alias("MailVerification")]
    Task<bool> MailVerification();

    /// <summary>Mails a link that sets another password. False where a link went out within the last minute, or to a disabled account.</summary>
    [Alias("MailReset")]
    Task<bool> MailReset();

    /// <summary>
    /// Changes the address. Where the platform sends mail, that takes a link which goes to the new address; elsewhere it is done
    /// at once, ends all sessions and opens a new one, which is in the outcome.
    /// </summary>
    /// <exception cref="AudioException">Conflict: another account has the address.</exception>
    [Alias("ChangeEmail"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> ChangeEmail(ChangeEmail command);

    /// <summary>Follows a link that was mailed to an address: it is verified, or becomes the account's address, which ends all sessions.</summary>
    /// <exception cref="AudioException">Conflict: another account has taken the address since.</exception>
    [Alias("VerifyEmail")]
    Task<CredentialsOutcome> VerifyEmail(Secret token);

    /// <summary>Sets another password by a mailed link. Ends all sessions and links; a second factor stays on.</summary>
    [Alias("ResetPassword"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> ResetPassword(ResetPassword command);
}
