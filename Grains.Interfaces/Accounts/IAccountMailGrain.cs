namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>Mails links to the account's owner and redeems them. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.accounts.IAccountMailGrain")]
public interface IAccountMailGrain : IGrainWithStringKey
{
    /// <summary>Mails a link that verifies the address. False if there is nothing to verify, or a link was sent within the last minute.</summary>
    [Alias("MailVerification")]
    Task<bool> MailVerification();

    /// <summary>Mails a link to set a new password. False if a link was sent within the last minute, or the account is disabled.</summary>
    [Alias("MailReset")]
    Task<bool> MailReset();

    /// <summary>
    /// Changes the address. If the platform sends mail, the change waits for a link mailed to the new address; otherwise it happens
    /// immediately, ends all sessions and opens a new one, which the outcome contains.
    /// </summary>
    /// <exception cref="AudioException">Conflict: another account has the address.</exception>
    [Alias("ChangeEmail"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> ChangeEmail(ChangeEmail command);

    /// <summary>Redeems a mailed link: its address is verified, or becomes the account's address, which ends all sessions.</summary>
    /// <exception cref="AudioException">Conflict: another account has taken the address in the meantime.</exception>
    [Alias("VerifyEmail")]
    Task<CredentialsOutcome> VerifyEmail(Secret token);

    /// <summary>Sets a new password with a mailed link. Ends all sessions and invalidates all links; the second factor stays enabled.</summary>
    [Alias("ResetPassword"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> ResetPassword(ResetPassword command);
}
