using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.ApiKeys;
using AudioOrleans.Persistence;

namespace AudioOrleans.Grains.Accounts;

/// <content>What it mails to its owner, and the links that come back. A mail is written with the link that it holds, or not at all.</content>
public sealed partial class AccountGrain : IAccountMailGrain
{
    /// <summary>A notice holds no link; after so long it is no news.</summary>
    private static readonly TimeSpan NoticeLifetime = TimeSpan.FromDays(7);

    /// <summary>Whether nobody logs in yet. Accounts from before this platform sent mail never got a link, and stay usable.</summary>
    private bool AwaitsVerification => outbox.IsOn && stored.State is { VerificationDue: true, EmailVerified: false };

    /// <inheritdoc/>
    public async Task<bool> MailVerification()
    {
        if (!MayMail(LinkPurpose.VerifyEmail) || stored.State.EmailVerified)
            return false;
        await Write(WithVerification(stored.State));
        return true;
    }

    /// <inheritdoc/>
    public async Task<bool> MailReset()
    {
        if (!MayMail(LinkPurpose.ResetPassword))
            return false;
        var (next, link, token) = MailedLinks.Add(stored.State, Id, LinkPurpose.ResetPassword, stored.State.Email, time.GetUtcNow());
        var mail = AccountMails.Reset(link.Email, outbox.Platform, outbox.LinkTo($"reset={token}"));
        await Write(next with { NewMail = [outbox.Seal(mail, link.ExpiresAt)] });
        return true;
    }

    /// <inheritdoc/>
    public async Task<CredentialsOutcome> ChangeEmail(ChangeEmail command)
    {
        ArgumentNullException.ThrowIfNull(command);
        if (await RefuseOtherPassword("password", command.Password) is { } refusal)
            return refusal;
        var state = stored.State;
        if (state.Email == command.NewEmail)
            return CredentialsOutcome.Invalid("new_email", "Expected another address than the account has.", FieldCodes.Unchanged);
        if (!outbox.IsOn)
            return CredentialsOutcome.Done with { Tokens = await WithFreeAddress(() => OpenSession(Moved(state, command.NewEmail) with { EmailVerified = false })) };
        if (MailedLinks.WaitAt(state, LinkPurpose.VerifyEmail, time.GetUtcNow()) is { } wait)
            return CredentialsOutcome.Done with { RetryAfter = wait };
        var (next, link, token) = MailedLinks.Add(state, Id, LinkPurpose.VerifyEmail, command.NewEmail, time.GetUtcNow());
        // No limit holds the notice back: who means ill could use it up first.
        await Write(next with
        {
            NewMail =
            [
                outbox.Seal(AccountMails.NewAddress(link.Email, outbox.Platform, outbox.LinkTo($"verify={token}")), link.ExpiresAt),
                outbox.Seal(AccountMails.ChangeNotice(state.Email, link.Email, outbox.Platform), time.GetUtcNow() + NoticeLifetime),
            ],
        });
        return CredentialsOutcome.Done;
    }

    /// <inheritdoc/>
    public async Task<CredentialsOutcome> VerifyEmail(Secret token)
    {
        ArgumentNullException.ThrowIfNull(token);
        DeactivateIfMadeUp();
        var state = stored.State;
        if (MailedLinks.Find(state, LinkPurpose.VerifyEmail, token.Value, time.GetUtcNow()) is not { } link)
            return CredentialsOutcome.Invalid("token", BadLink, FieldCodes.ExpiredLink);
        var next = link.Email == state.Email
            ? state with { EmailVerified = true, VerificationDue = false, Links = state.Links.Remove(link), Revision = state.Revision + 1 }
            : Moved(state, link.Email);
        await WithFreeAddress(async () =>
        {
            await Write(next);
            return true;
        });
        return CredentialsOutcome.Done;
    }

    /// <inheritdoc/>
    public async Task<CredentialsOutcome> ResetPassword(ResetPassword command)
    {
        ArgumentNullException.ThrowIfNull(command);
        DeactivateIfMadeUp();
        var problems = AccountRules.CheckPassword("new_password", command.NewPassword);
        if (MailedLinks.Find(stored.State, LinkPurpose.ResetPassword, command.Token, time.GetUtcNow()) is null)
            problems = [new FieldProblem("token", BadLink, FieldCodes.ExpiredLink), .. problems];
        if (!problems.IsEmpty)
            return CredentialsOutcome.Done with { Problems = problems };
        var hash = await passwords.HashAsync(command.NewPassword);
        var state = stored.State;
        if (!state.EmailVerified)
        {
            // Somebody else may have registered the address: nothing that they put there stays, first of all no key.
            await GrainFactory.GetGrain<IApiKeysGrain>(this.GetPrimaryKeyString()).RevokeAll();
            state = state with { SecondFactor = null, Identities = [] };
        }
        await Write(state with
        {
            PasswordHash = hash,
            Sessions = [],
            Links = [],
            EmailVerified = true, // The link came by the address.
            VerificationDue = false,
            Revision = state.EmailVerified ? state.Revision : state.Revision + 1,
        });
        _failures.Clear();
        await GrainFactory.GetGrain<IEmailRequestsGrain>(GrainKeys.Email(state.Email)).ForgetFailures();
        return CredentialsOutcome.Done;
    }

    private const string BadLink = "Expected the newest link that was mailed, not used before and not too old.";

    /// <summary>The state with a link to its own address, and the mail that brings it.</summary>
    private AccountState WithVerification(AccountState state)
    {
        var (next, link, token) = MailedLinks.Add(state, Id, LinkPurpose.VerifyEmail, state.Email, time.GetUtcNow());
        var mail = AccountMails.Verification(link.Email, outbox.Platform, outbox.LinkTo($"verify={token}"));
        return next with { NewMail = [outbox.Seal(mail, link.ExpiresAt)] };
    }

    /// <summary>A new address ends what the old one opened: sessions, and links in mails that lie there.</summary>
    private static AccountState Moved(AccountState state, string email) =>
        state with { Email = email, EmailVerified = true, VerificationDue = false, Sessions = [], Links = [], Revision = state.Revision + 1 };

    private bool MayMail(LinkPurpose purpose) =>
        outbox.IsOn && stored is { RecordExists: true, State.Disabled: false } && MailedLinks.WaitAt(stored.State, purpose, time.GetUtcNow()) is null;

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
