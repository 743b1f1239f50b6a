using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Grains.Tokens;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Secrets;
using AudioOrleans.Persistence.Streams;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Accounts;

/// <summary>
/// An account with its sessions, credentials, mailed links and identities: a single state, since a change of one can end others in the
/// same write. Each interface is implemented by a class of its own.
/// </summary>
[GrainType("account")]
public sealed class AccountGrain : Grain, IAccountGrain, IAccountSessionsGrain, ICredentialsGrain, IAccountMailGrain, IAccountIdentitiesGrain
{
    private static readonly TimeSpan NotifyTimeout = TimeSpan.FromSeconds(5);

    private readonly ICommittedState<AccountState> _stored;
    private readonly PasswordHasher _passwords;
    private readonly StreamTables _streams;
    private readonly Outbox _outbox;
    private readonly TimeProvider _time;
    private readonly ILogger<AccountGrain> _logger;
    private readonly AccountSessions _sessions;
    private readonly AccountCredentials _credentials;
    private readonly AccountMail _mail;
    private readonly AccountIdentities _identities;

    /// <summary>Composes the parts.</summary>
    public AccountGrain(
        [CommittedState("account")] ICommittedState<AccountState> stored, PasswordHasher passwords, TokenIssuer tokens, TokenOptions options, LoginOptions loginOptions,
        SecretBox box, StreamTables streams, Outbox outbox, IGrainFactory grains, TimeProvider time, ILogger<AccountGrain> logger)
    {
        (_stored, _passwords, _streams, _outbox, _time, _logger) = (stored, passwords, streams, outbox, time, logger);
        var account = new AccountContext(Id, stored, new FailureWindow(loginOptions.FailuresPerAccount), box, outbox, time);
        _sessions = new AccountSessions(account, passwords, tokens, options);
        _credentials = new AccountCredentials(account, _sessions, passwords);
        _mail = new AccountMail(account, _sessions, _credentials, passwords, outbox, grains);
        _identities = new AccountIdentities(account, _sessions);
    }

    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task<RegisterOutcome> Register(RegisterAccount command)
    {
        var problems = AccountRules.Check(command);
        if (!problems.IsEmpty)
            return new RegisterOutcome(null, problems, false);
        var email = EmailAddress.Normalize(command.Email)!;
        if (_stored.Exists) // The request was repeated after a lost response: ids cannot be guessed.
            return _stored.State.Email == email ? new RegisterOutcome(Profile(), [], false) : throw new AudioException(AudioError.Conflict, "The account already exists");
        var hash = await _passwords.HashAsync(command.Password);
        try
        {
            var account = new AccountState
            {
                Email = email,
                Name = command.Name.Trim(),
                Role = command.Role,
                PasswordHash = hash,
                CreatedAt = _time.GetUtcNow(),
                EmailVerified = command.ByAdmin,
                VerificationDue = _outbox.IsOn && !command.ByAdmin,
            };
            if (account.VerificationDue)
            {
                var (next, mail) = _mail.WithVerification(account);
                await _stored.Commit(next, mail);
            }
            else
                await _stored.Commit(account);
        }
        catch (DuplicateKeyException)
        {
            return new RegisterOutcome(null, [], true);
        }
        return new RegisterOutcome(Profile(), [], false);
    }

    /// <inheritdoc/>
    public Task<AccountProfile?> GetProfile() => Task.FromResult(_stored.Exists ? Profile() : null);

    /// <inheritdoc/>
    public async Task<AccountOutcome> Update(Caller caller, AccountPatch patch)
    {
        if (!caller.Owns(Id))
            throw new AudioException(AudioError.Forbidden, "Account belongs to somebody else");
        if (!_stored.Exists)
            throw new AudioException(AudioError.NotFound, "Account not found");
        if (patch.Role is not null || patch.Disabled is not null)
        {
            if (!caller.IsAdmin)
                throw new AudioException(AudioError.Forbidden, "Only admins can change role and disabled");
            if (caller.UserId == Id)
                throw new AudioException(AudioError.Conflict, "Admins cannot change their own rights: another admin can");
        }
        Revisions.Require(patch.ExpectedRevision, _stored.State.Revision, "Account");
        if (patch.Name is { } name && AccountRules.CheckName(name) is { IsEmpty: false } problems)
            return AccountOutcome.Invalid(problems);
        var (next, fields) = AccountRules.Apply(patch, _stored.State);
        if (!fields.IsEmpty)
        {
            await _stored.Commit(next, new AuditDetail(AccountRules.Describe(_stored.State, next, fields)));
            if (fields.Contains("disabled"))
                await NotifyStreams();
        }
        return new AccountOutcome(fields, [], _stored.State.Revision);
    }

    /// <inheritdoc/>
    public Task<AccountStatus?> GetStanding()
    {
        if (IsMadeUp())
            return Task.FromResult<AccountStatus?>(null);
        var state = _stored.State;
        return Task.FromResult<AccountStatus?>(new AccountStatus(state.Role, state.Disabled, [.. AccountRules.ScopesOf(state.Role)], [.. state.Sessions.Select(session => RefreshToken.SessionOf(session.FamilyId))], state.EmailVerified ? state.Email : null));
    }

    /// <inheritdoc/>
    public Task<LoginResult> LogIn(Secret password, Secret? code) => _sessions.LogIn(password, code);

    /// <inheritdoc/>
    public Task<TokenPair?> Refresh(Secret refreshToken) => IsMadeUp() ? Task.FromResult<TokenPair?>(null) : _sessions.Refresh(refreshToken);

    /// <inheritdoc/>
    public Task LogOut(Secret refreshToken) => IsMadeUp() ? Task.CompletedTask : _sessions.LogOut(refreshToken);

    /// <inheritdoc/>
    public Task LogOutEverywhere() => _sessions.LogOutEverywhere();

    /// <inheritdoc/>
    public Task<CredentialsOutcome> ChangePassword(ChangePassword command) => _credentials.ChangePassword(command);

    /// <inheritdoc/>
    public Task<CredentialsOutcome> Prove(Secret password, Secret code) => _credentials.Prove(password, code);

    /// <inheritdoc/>
    public Task<CredentialsOutcome> BeginTotp(Secret password) => _credentials.BeginTotp(password);

    /// <inheritdoc/>
    public Task<CredentialsOutcome> ConfirmTotp(Secret code) => _credentials.ConfirmTotp(code);

    /// <inheritdoc/>
    public Task<CredentialsOutcome> DisableTotp(Secret password, Secret code) => _credentials.DisableTotp(password, code);

    /// <inheritdoc/>
    public Task<CredentialsOutcome> RenewRecoveryCodes(Secret code) => _credentials.RenewRecoveryCodes(code);

    /// <inheritdoc/>
    public Task<bool> MailVerification() => _mail.MailVerification();

    /// <inheritdoc/>
    public Task<bool> MailReset() => _mail.MailReset();

    /// <inheritdoc/>
    public Task<CredentialsOutcome> ChangeEmail(ChangeEmail command) => _mail.ChangeEmail(command);

    /// <inheritdoc/>
    public Task<CredentialsOutcome> VerifyEmail(Secret token)
    {
        IsMadeUp();
        return _mail.VerifyEmail(token);
    }

    /// <inheritdoc/>
    public Task<CredentialsOutcome> ResetPassword(ResetPassword command)
    {
        IsMadeUp();
        return _mail.ResetPassword(command);
    }

    /// <inheritdoc/>
    public Task<SignInResult> SignIn(ExternalPerson person, AccountRole role) => _identities.SignIn(person, role);

    /// <inheritdoc/>
    public Task<SignInResult> Link(ExternalPerson person, Guid sessionId) => _identities.Link(person, sessionId);

    /// <inheritdoc/>
    public Task<ImmutableArray<LinkedIdentity>> GetIdentities() => _identities.GetIdentities();

    /// <inheritdoc/>
    public Task Unlink(string provider) => _identities.Unlink(provider);

    /// <summary>Takes its streams off the air, or puts them back. A stream that cannot be notified checks the account itself within a minute.</summary>
    private async Task NotifyStreams()
    {
        RequestContext.Clear(); // The streams' actions are not the caller's in the audit trail.
        var notified = (await _streams.ListEnabledOfAsync(Id, CancellationToken.None)).Select(NotifyStream);
        // A stream may be probing a slow source; disabling the account does not wait for that.
        await Task.WhenAny(Task.WhenAll(notified), Task.Delay(NotifyTimeout, _time, CancellationToken.None));
    }

    private async Task NotifyStream(Guid streamId)
    {
        try
        {
            await GrainFactory.GetGrain<IStreamRelayGrain>(GrainKeys.Stream(streamId)).EnsureRelaying();
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            _logger.LogWarning(exception, "Stream {StreamId} could not be notified that its owner's account was enabled or disabled", streamId);
        }
    }

    /// <summary>Deactivates the grain if the id does not exist.</summary>
    private bool IsMadeUp()
    {
        if (!_stored.Exists)
            DeactivateOnIdle();
        return !_stored.Exists;
    }

    private AccountProfile Profile()
    {
        var state = _stored.State;
        return new AccountProfile(
            Id, state.Email, state.Name, state.Role, state.CreatedAt, state.EmailVerified, state.Disabled, state.SecondFactor is { Confirmed: true }, state.Revision);
    }
}
