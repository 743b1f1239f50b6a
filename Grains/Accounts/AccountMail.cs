using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.ApiKeys;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Grains.Accounts;

/// <summary>
/// The mails of one account to its owner, and the links in them; <see cref="MailedLinks"/> decides. A mail is committed together with
/// its link, or not at all.
/// </summary>
internal sealed class AccountMail(AccountContext account, AccountSessions sessions, AccountCredentials credentials, PasswordHasher passwords, Outbox outbox, IGrainFactory grains)
{
    private const string BadLink = "Expected the newest mailed link, which is neither used nor expired.";

    /// <summary>A notice contains no link; after this time it is outdated.</summary>
    private static readonly TimeSpan NoticeLifetime = TimeSpan.FromDays(7);

    /// <inheritdoc cref="IAccountMailGrain"/>
    public async Task<bool> MailVerification()
    {
        if (!MayMail(LinkPurpose.VerifyEmail) || account.State.EmailVerified)
            return false;
        var (next, mail) = WithVerification(account.State);
        await account.Commit(next, mail);
        return true;
    }

    /// <inheritdoc cref="IAccountMailGrain"/>
    public async Task<bool> MailReset()
    {
        if (!MayMail(LinkPurpose.ResetPassword))
            return false;
        var (next, link, token) = MailedLinks.Add(account.State, account.Id, LinkPurpose.ResetPassword, account.State.Email, account.Now);
        var mail = AccountMails.Reset(link.Email, outbox.Platform, outbox.LinkTo($"reset={token}"));
        await account.Commit(next, outbox.Send(mail, link.ExpiresAt));
        return true;
    }

    /// <inheritdoc cref="IAccountMailGrain"/>
    public async Task<CredentialsOutcome> ChangeEmail(ChangeEmail command)
    {
        if (await credentials.RefuseOtherPassword("password", command.Password) is { } refusal)
            return refusal;
        var state = account.State;
        if (state.Email == command.NewEmail)
            return CredentialsOutcome.Invalid("new_email", "Expected an address other than the current one.", FieldCodes.Unchanged);
        if (!outbox.IsOn)
            return CredentialsOutcome.Done with { Tokens = await WithFreeAddress(() => sessions.Open(Moved(state, command.NewEmail) with { EmailVerified = false })) };
        if (MailedLinks.WaitAt(state, LinkPurpose.VerifyEmail, account.Now) is { } wait)
            return CredentialsOutcome.Done with { RetryAfter = wait };
        var (next, link, token) = MailedLinks.Add(state, account.Id, LinkPurpose.VerifyEmail, command.NewEmail, account.Now);
        // The notice is not rate-limited: an attacker could exhaust the limit first.
        await account.Commit(
            next,
            outbox.Send(AccountMails.NewAddress(link.Email, outbox.Platform, outbox.LinkTo($"verify={token}")), link.ExpiresAt),
            outbox.Send(AccountMails.ChangeNotice(state.Email, link.Email, outbox.Platform), account.Now + NoticeLifetime));
        return CredentialsOutcome.Done;
    }

    /// <inheritdoc cref="IAccountMailGrain"/>
    public async Task<CredentialsOutcome> VerifyEmail(Secret token)
    {
        var state = account.State;
        if (MailedLinks.Find(state, LinkPurpose.VerifyEmail, token.Value, account.Now) is not { } link)
            return CredentialsOutcome.Invalid("token", BadLink, FieldCodes.ExpiredLink);
        var next = link.Email == state.Email
            ? state with { EmailVerified = true, VerificationDue = false, Links = state.Links.Remove(link), Revision = state.Revision + 1 }
            : Moved(state, link.Email);
        await WithFreeAddress(async () =>
        {
            await account.Commit(next);
            return true;
        });
        return CredentialsOutcome.Done;
    }

    /// <inheritdoc cref="IAccountMailGrain"/>
    public async Task<CredentialsOutcome> ResetPassword(ResetPassword command)
    {
        var problems = AccountRules.CheckPassword("new_password", command.NewPassword);
        if (MailedLinks.Find(account.State, LinkPurpose.ResetPassword, command.Token, account.Now) is null)
            problems = [new FieldProblem("token", BadLink, FieldCodes.ExpiredLink), .. problems];
        if (!problems.IsEmpty)
            return CredentialsOutcome.Done with { Problems = problems };
        var hash = await passwords.HashAsync(command.NewPassword);
        var state = account.State;
        if (!state.EmailVerified)
        {
            // Somebody else may have registered the address: revoke everything they set up, starting with API keys.
            await grains.GetGrain<IApiKeysGrain>(GrainKeys.Account(account.Id)).RevokeAll();
            state = state with { SecondFactor = null, Identities = [] };
        }
        await account.Commit(state with
        {
            PasswordHash = hash,
            Sessions = [],
            Links = [],
            EmailVerified = true, // The link was mailed to the address.
            VerificationDue = false,
            Revision = state.EmailVerified ? state.Revision : state.Revision + 1,
        });
        account.Failures.Clear();
        await grains.GetGrain<IEmailRequestsGrain>(GrainKeys.Email(state.Email)).ForgetFailures();
        return CredentialsOutcome.Done;
    }

    /// <summary>The state with a link for its own address, and the mail that carries it.</summary>
    public (AccountState Next, IStateEffect Mail) WithVerification(AccountState state)
    {
        var (next, link, token) = MailedLinks.Add(state, account.Id, LinkPurpose.VerifyEmail, state.Email, account.Now);
        return (next, outbox.Send(AccountMails.Verification(link.Email, outbox.Platform, outbox.LinkTo($"verify={token}")), link.ExpiresAt));
    }

    /// <summary>A new address ends everything that the old one granted: sessions, and links in delivered mails.</summary>
    private static AccountState Moved(AccountState state, string email) =>
        state with { Email = email, EmailVerified = true, VerificationDue = false, Sessions = [], Links = [], Revision = state.Revision + 1 };

    private bool MayMail(LinkPurpose purpose) =>
        outbox.IsOn && account is { Exists: true, State.Disabled: false } && MailedLinks.WaitAt(account.State, purpose, account.Now) is null;

    private static async Task<T> WithFreeAddress<T>(Func<Task<T>> write)
    {
        try
        {
            return await write();
        }
        catch (DuplicateKeyException)
        {
            throw EmailGrain.AddressTaken();
        }
    }
}
