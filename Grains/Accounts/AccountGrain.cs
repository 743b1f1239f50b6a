using AudioOrleans.Grains.Audit;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Grains.Tokens;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Secrets;
using AudioOrleans.Persistence.Streams;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Accounts;

/// <summary>
/// An account with its sessions and credentials: one state, since a change of one ends others in the same write. Each caller's
/// part stands in a file of its own; decisions stand in <see cref="AccountRules"/>, <see cref="RefreshTokens"/>,
/// <see cref="MailedLinks"/> and <see cref="SecondFactor"/>.
/// </summary>
[GrainType("account")]
public sealed partial class AccountGrain(
    [PersistentState("account", StorageNames.Audio)] IPersistentState<AccountState> stored,
    PasswordHasher passwords,
    TokenIssuer tokens,
    TokenOptions options,
    LoginOptions loginOptions,
    SecretBox box,
    StreamTables streams,
    Outbox outbox,
    TimeProvider time,
    ILogger<AccountGrain> logger) : Grain, IAccountGrain
{
    private static readonly TimeSpan TellPatience = TimeSpan.FromSeconds(5);

    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task<RegisterOutcome> Register(RegisterAccount command)
    {
        var problems = AccountRules.Check(command);
        if (!problems.IsEmpty)
            return new RegisterOutcome(null, problems, false);
        var email = EmailAddress.Normalize(command.Email)!;
        if (stored.RecordExists) // The same request again, whose answer got lost: ids are nobody's to guess.
            return stored.State.Email == email ? new RegisterOutcome(Profile(), [], false) : throw new AudioException(AudioError.Conflict, "The account exists already");
        var hash = await passwords.HashAsync(command.Password);
        try
        {
            var account = new AccountState
            {
                Email = email,
                Name = command.Name.Trim(),
                Role = command.Role,
                PasswordHash = hash,
                CreatedAt = time.GetUtcNow(),
                EmailVerified = command.ByAdmin,
                VerificationDue = outbox.IsOn && !command.ByAdmin,
            };
            await Write(account.VerificationDue ? WithVerification(account) : account);
        }
        catch (DuplicateKeyException)
        {
            return new RegisterOutcome(null, [], true);
        }
        return new RegisterOutcome(Profile(), [], false);
    }

    /// <inheritdoc/>
    public Task<AccountProfile?> GetProfile() => Task.FromResult(stored.RecordExists ? Profile() : null);

    /// <inheritdoc/>
    public async Task<AccountOutcome> Update(Caller caller, AccountPatch patch)
    {
        ArgumentNullException.ThrowIfNull(caller);
        ArgumentNullException.ThrowIfNull(patch);
        if (!caller.Owns(Id))
            throw new AudioException(AudioError.Forbidden, "Account belongs to somebody else");
        if (!stored.RecordExists)
            throw new AudioException(AudioError.NotFound, "Account not found");
        if (patch.Role is not null || patch.Disabled is not null)
        {
            if (!caller.IsAdmin)
                throw new AudioException(AudioError.Forbidden, "Only admins change role and disabled");
            if (caller.UserId == Id)
                throw new AudioException(AudioError.Conflict, "Admins do not change their own rights: another admin does");
        }
        if (patch.ExpectedRevision is { } expected && expected != stored.State.Revision)
            throw new AudioException(AudioError.Stale, "The account was changed since");
        if (patch.Name is { } name && AccountRules.CheckName(name) is { IsEmpty: false } problems)
            return AccountOutcome.Invalid(problems);
        var (next, fields) = AccountRules.Apply(patch, stored.State);
        if (!fields.IsEmpty)
        {
            this.DescribeChange(AccountRules.Describe(stored.State, next, fields));
            await Write(next);
            if (fields.Contains("disabled"))
                await TellStreams();
        }
        return new AccountOutcome(fields, [], stored.State.Revision);
    }

    /// <inheritdoc/>
    public Task<AccountStatus?> GetStanding()
    {
        if (DeactivateIfMadeUp())
            return Task.FromResult<AccountStatus?>(null);
        var state = stored.State;
        return Task.FromResult<AccountStatus?>(new AccountStatus(state.Role, state.Disabled, [.. AccountRules.ScopesOf(state.Role)], [.. state.Sessions.Select(session => RefreshToken.SessionOf(session.FamilyId))], state.EmailVerified ? state.Email : null));
    }

    /// <summary>Takes its streams off the air, or puts them back. One that cannot be told now looks for itself within a minute.</summary>
    private async Task TellStreams()
    {
        RequestContext.Clear(); // What the streams then do is no act of the caller's.
        var told = (await streams.ListEnabledOfAsync(Id, CancellationToken.None)).Select(TellStream);
        // A stream may be looking at a slow source; who switches an account off does not wait for that.
        await Task.WhenAny(Task.WhenAll(told), Task.Delay(TellPatience, time, CancellationToken.None));
    }

    private async Task TellStream(Guid streamId)
    {
        try
        {
            await GrainFactory.GetGrain<IStreamRelayGrain>(GrainKeys.Stream(streamId)).EnsureRelaying();
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogWarning(exception, "Stream {StreamId} could not be told that its owner's account was switched", streamId);
        }
    }

    /// <summary>Made-up ids leave nothing behind.</summary>
    private bool DeactivateIfMadeUp()
    {
        if (!stored.RecordExists)
            DeactivateOnIdle();
        return !stored.RecordExists;
    }

    private AccountProfile Profile()
    {
        var state = stored.State;
        return new AccountProfile(
            Id, state.Email, state.Name, state.Role, state.CreatedAt, state.EmailVerified, state.Disabled, state.SecondFactor is { Confirmed: true }, state.Revision);
    }

    private async Task Write(AccountState next)
    {
        await stored.ReplaceAsync(next);
        stored.State = next with { NewMail = [] };
        if (!next.NewMail.IsEmpty)
            outbox.Call();
    }
}
