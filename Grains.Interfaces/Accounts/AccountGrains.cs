using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Grains.Interfaces.Accounts;

/// <summary>An account. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.accounts.IAccountGrain")]
public interface IAccountGrain : IGrainWithStringKey
{
    /// <summary>Creates the account.</summary>
    [Alias("Register"), ResponseTimeout(ResponseTimes.Slow)]
    Task<RegisterOutcome> Register(RegisterAccount command);

    /// <summary>The account; null if there is none.</summary>
    [AlwaysInterleave, Alias("GetProfile")]
    Task<AccountProfile?> GetProfile();

    /// <summary>Changes the account. Disabling ends its sessions and takes its streams off the air.</summary>
    /// <exception cref="AudioException">NotFound; Forbidden; Stale: the revision differs; Conflict: admins cannot reduce their own rights.</exception>
    [Alias("Update"), ResponseTimeout(ResponseTimes.Slow)]
    Task<AccountOutcome> Update(Caller caller, AccountPatch patch);

    /// <summary>The data that tokens are checked against; null if there is no account.</summary>
    [AlwaysInterleave, Alias("GetStanding")]
    Task<AccountStatus?> GetStanding();
}

/// <summary>The sessions of an account; each starts with a login. Key: <see cref="GrainKeys.Account"/>.</summary>
[Alias("audio.accounts.IAccountSessionsGrain")]
public interface IAccountSessionsGrain : IGrainWithStringKey
{
    /// <summary>Checks the password and second factor, and opens a session.</summary>
    /// <param name="password">In plain text.</param>
    /// <param name="code">Six digits or a recovery code; null for none.</param>
    [Alias("LogIn"), ResponseTimeout(ResponseTimes.Slow)]
    Task<LoginResult> LogIn(Secret password, Secret? code);

    /// <summary>
    /// Exchanges a refresh token for a new pair; null if the token does not belong to this account. Reusing a token ends its whole
    /// session, since either it or its successor was stolen.
    /// </summary>
    [Alias("Refresh")]
    Task<TokenPair?> Refresh(Secret refreshToken);

    /// <summary>Ends the session of a refresh token, if there is one.</summary>
    [Alias("LogOut")]
    Task LogOut(Secret refreshToken);

    /// <summary>Ends all sessions.</summary>
    [Alias("LogOutEverywhere")]
    Task LogOutEverywhere();
}

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

/// <summary>Lists of accounts, for admins. A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.accounts.IAccountCatalogGrain")]
public interface IAccountCatalogGrain : IGrainWithStringKey
{
    /// <summary>All accounts, newest first.</summary>
    /// <param name="email">Only the account with this normalised address; null for all.</param>
    /// <param name="page">Which page.</param>
    /// <exception cref="AudioException">Invalid: the cursor is not one of ours.</exception>
    [Alias("List")]
    Task<Page<AccountListItem>> List(Secret? email, PageRequest page);
}

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

/// <summary>Counts the failed logins from one network address. Key: <see cref="GrainKeys.Network"/>.</summary>
[Alias("audio.accounts.INetworkGuardGrain")]
public interface INetworkGuardGrain : IGrainWithStringKey
{
    /// <summary>
    /// Counts an attempt as failed before it is made, so that concurrent attempts cannot slip through together. Returns how long
    /// to wait after too many attempts, otherwise null.
    /// </summary>
    [Alias("Begin")]
    Task<TimeSpan?> Begin();

    /// <summary>Clears the count: the attempt succeeded.</summary>
    [Alias("Forgive")]
    Task Reset();
}
