namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>What an account proves itself with. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.accounts.ICredentialsGrain")]
public interface ICredentialsGrain : IGrainWithStringKey
{
    /// <summary>Sets another password and ends all sessions; the answer opens a new one.</summary>
    [Alias("ChangePassword"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> ChangePassword(ChangePassword command);

    /// <summary>Whether it is the owner who asks: by the password, where there is one, and by the second factor, where it is on.</summary>
    [Alias("Prove"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> Prove(Secret password, Secret code);

    /// <summary>Begins with a second factor: a secret for an authenticator, which does nothing before it is confirmed.</summary>
    [Alias("BeginTotp"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> BeginTotp(Secret password);

    /// <summary>Switches the second factor on, by a code that the authenticator shows; answers recovery codes, this once.</summary>
    [Alias("ConfirmTotp")]
    Task<CredentialsOutcome> ConfirmTotp(Secret code);

    /// <summary>Switches the second factor off.</summary>
    /// <param name="password">In clear.</param>
    /// <param name="code">Six digits or a recovery code.</param>
    [Alias("DisableTotp"), ResponseTimeout(ResponseTimes.Slow)]
    Task<CredentialsOutcome> DisableTotp(Secret password, Secret code);

    /// <summary>Makes new recovery codes; the old ones are worth nothing.</summary>
    /// <param name="code">Six digits or a recovery code.</param>
    [Alias("RenewRecoveryCodes")]
    Task<CredentialsOutcome> RenewRecoveryCodes(Secret code);
}
