using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Accounts.SignIn;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Persistence.Accounts;

namespace AudioOrleans.Grains.Accounts;

/// <inheritdoc cref="IEmailGrain"/>
/// <remarks>
/// Failures are counted per address, known or not, so that neither responses nor lockouts reveal which addresses have accounts.
/// Registrations of one address also queue here: the second is rejected before it costs a password hash.
/// </remarks>
[GrainType("email")]
public sealed class EmailGrain(AccountTable accounts, PasswordHasher passwords, LoginOptions options, Outbox outbox, TimeProvider time) : Grain, IEmailGrain, IEmailRequestsGrain
{
    /// <summary>Limits the mails requested for an address, so that nobody can flood a mailbox.</summary>
    private const int MostMails = 5;

    private readonly FailureWindow _mails = new(MostMails);

    private readonly FailureWindow _failures = new(options.FailuresPerAccount);

    /// <inheritdoc/>
    public async Task<RegisterOutcome> Register(Guid userId, RegisterAccount command)
    {
        if (AccountRules.Check(command) is { IsEmpty: false } problems)
            return new RegisterOutcome(null, problems, EmailTaken: false);
        if (EmailAddress.Normalize(command.Email) is { } email && await accounts.FindByEmailAsync(email, CancellationToken.None) is { } known && known != userId)
            return new RegisterOutcome(null, [], EmailTaken: true);
        var outcome = await GrainFactory.GetGrain<IAccountGrain>(GrainKeys.Account(userId)).Register(command);
        if (outbox.IsOn && outcome.Account is { EmailVerified: false })
            CountMail();
        return outcome;
    }

    /// <inheritdoc/>
    public async Task<LoginResult> LogIn(LoginAttempt attempt)
    {
        var now = time.GetUtcNow();
        if (_failures.WaitAt(now) is { } pause)
            return new LoginResult(LoginStatus.Locked, null, pause);
        var network = attempt.Network is { } address ? GrainFactory.GetGrain<INetworkGuardGrain>(GrainKeys.Network(address)) : null;
        if (network is not null && await network.Begin() is { } wait)
            return new LoginResult(LoginStatus.Locked, null, wait);

        var result = await accounts.FindByEmailAsync(attempt.Email, CancellationToken.None) is { } userId
            ? await GrainFactory.GetGrain<IAccountSessionsGrain>(GrainKeys.Account(userId)).LogIn(new Secret(attempt.Password), attempt.Code is { } code ? new Secret(code) : null)
            : await RefuseAsSlowly();
        if (result.Status is LoginStatus.Refused or LoginStatus.CodeRefused)
        {
            _failures.Add(now);
            DelayDeactivation(FailureWindow.Length);
            return result;
        }
        if (result.Status == LoginStatus.Granted)
            _failures.Clear();
        if (network is not null)
            await network.Reset();
        return result;
    }

    /// <inheritdoc/>
    public async Task<SignInResult> SignIn(Guid newId, ExternalPerson person, AccountRole role)
    {
        var userId = await accounts.FindByEmailAsync(person.VerifiedEmail!, CancellationToken.None) ?? newId;
        return await GrainFactory.GetGrain<IAccountIdentitiesGrain>(GrainKeys.Account(userId)).SignIn(person, role);
    }

    /// <inheritdoc/>
    public Task RequestVerification(Secret email) => Request(email, account => account.MailVerification());

    /// <inheritdoc/>
    public Task RequestReset(Secret email) => Request(email, account => account.MailReset());

    /// <inheritdoc/>
    public async Task<CredentialsOutcome> ChangeTo(Guid userId, ChangeEmail command)
    {
        if (await accounts.FindByEmailAsync(command.NewEmail, CancellationToken.None) is { } known && known != userId)
            throw AddressTaken();
        if (outbox.IsOn && _mails.WaitAt(time.GetUtcNow()) is { } wait)
            return CredentialsOutcome.Done with { RetryAfter = wait };
        var outcome = await GrainFactory.GetGrain<IAccountMailGrain>(GrainKeys.Account(userId)).ChangeEmail(command);
        if (outcome is { Problems.IsEmpty: true, RetryAfter: null, Tokens: null })
            CountMail();
        return outcome;
    }

    /// <inheritdoc/>
    public Task ForgetFailures()
    {
        _failures.Clear();
        return Task.CompletedTask;
    }

    /// <summary>409, as for a registration.</summary>
    internal static AudioException AddressTaken() => new(AudioError.Conflict, "An account with this e-mail address already exists");

    private async Task Request(Secret email, Func<IAccountMailGrain, Task<bool>> mail)
    {
        if (!outbox.IsOn)
            throw new AudioException(AudioError.Conflict, "This platform sends no mail: ask its admin");
        if (_mails.WaitAt(time.GetUtcNow()) is null && await accounts.FindByEmailAsync(email.Value, CancellationToken.None) is { } userId
            && await mail(GrainFactory.GetGrain<IAccountMailGrain>(GrainKeys.Account(userId))))
        {
            CountMail();
        }
    }

    private void CountMail()
    {
        _mails.Add(time.GetUtcNow());
        DelayDeactivation(FailureWindow.Length);
    }

    private async Task<LoginResult> RefuseAsSlowly()
    {
        await passwords.VerifyNothingAsync();
        return LoginResult.From(LoginStatus.Refused);
    }
}
