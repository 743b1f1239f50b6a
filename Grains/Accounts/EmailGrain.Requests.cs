using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Accounts;

/// <content>Mails that are asked for by the address. Each is counted, so that nobody has us fill somebody's mailbox.</content>
public sealed partial class EmailGrain : IEmailRequestsGrain
{
    private const int MostMails = 5;

    private readonly FailureWindow _mails = new(MostMails);

    /// <inheritdoc/>
    public Task RequestVerification(Secret email) => Request(email, account => account.MailVerification());

    /// <inheritdoc/>
    public Task RequestReset(Secret email) => Request(email, account => account.MailReset());

    /// <inheritdoc/>
    public async Task<CredentialsOutcome> ChangeTo(Guid userId, ChangeEmail command)
    {
        ArgumentNullException.ThrowIfNull(command);
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

    /// <summary>409, as a registration says it too.</summary>
    internal static AudioException AddressTaken() => new(AudioError.Conflict, "An account with this e-mail address exists already");

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
}
