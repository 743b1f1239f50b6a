namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>The credentials of an account. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.accounts.ICredentialsGrain")]
public interface ICredentialsGrain : IGrainWithStringKey
{
    /// <summary>Sets a new password and ends all sessions; the result opens a new one.</summary>
    [Alias("ChangePassword"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> ChangePassword(ChangePassword command);

    /// <summary>Checks that the caller is the owner: by the password, if there is one, and by the second factor, if enabled.</summary>
    [Alias("Prove"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> Prove(Secret password, Secret code);

    /// <summary>Starts setting up a second factor: returns a secret for an authenticator, which has no effect until it is confirmed.</summary>
    [Alias("BeginTotp"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> BeginTotp(Secret password);

    /// <summary>Enables the second factor with a code from the authenticator; returns recovery codes, only this once.</summary>
    [Alias("ConfirmTotp")]
    Task<CredentialsOutcome> ConfirmTotp(Secret code);

    /// <summary>Disables the second factor.</summary>
    /// <param name="password">In plain text.</param>
    /// <param name="code">Six digits or a recovery code.</param>
    [Alias("DisableTotp"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> DisableTotp(Secret password, Secret code);

    /// <summary>Creates new recovery codes; the old ones become invalid.</summary>
    /// <param name="code">Six digits or a recovery code.</param>
    [Alias("RenewRecoveryCodes")]
    Task<CredentialsOutcome> RenewRecoveryCodes(Secret code);
}
