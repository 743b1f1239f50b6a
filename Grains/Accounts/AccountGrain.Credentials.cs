using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Accounts;

/// <content>What it proves itself with. Whoever holds a stolen token may not guess passwords and codes here either.</content>
public sealed partial class AccountGrain : ICredentialsGrain
{
    private readonly FailureWindow _failures = new(loginOptions.FailuresPerAccount);

    /// <inheritdoc/>
    public async Task<CredentialsOutcome> ChangePassword(ChangePassword command)
    {
        ArgumentNullException.ThrowIfNull(command);
        var problems = AccountRules.CheckPassword("new_password", command.NewPassword);
        if (!problems.IsEmpty)
            return CredentialsOutcome.Done with { Problems = problems };
        // One who signs in elsewhere has no password to prove, and may set one.
        if (stored.State.PasswordHash.Length > 0 && await RefuseOtherPassword("current_password", command.CurrentPassword) is { } refusal)
            return refusal;
        var hash = await passwords.HashAsync(command.NewPassword);
        return CredentialsOutcome.Done with { Tokens = await OpenSession(stored.State with { PasswordHash = hash, Sessions = [], Links = [] }) };
    }

    /// <inheritdoc/>
    public async Task<CredentialsOutcome> Prove(Secret password, Secret code)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (stored.State.PasswordHash.Length > 0 && await RefuseOtherPassword("password", password.Value) is { } refusal)
            return refusal;
        if (stored.State.SecondFactor is not { Confirmed: true })
            return CredentialsOutcome.Done;
        return await WithCode(code, async state =>
        {
            await Write(state);
            return CredentialsOutcome.Done;
        });
    }

    /// <inheritdoc/>
    public async Task<CredentialsOutcome> BeginTotp(Secret password)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (stored.State.SecondFactor is { Confirmed: true })
            throw new AudioException(AudioError.Conflict, "The second factor is on already");
        if (await RefuseOtherPassword("password", password.Value) is { } refusal)
            return refusal;
        var secret = SecondFactor.NewSecret();
        await Write(stored.State with { SecondFactor = new SecondFactorState(box.SealText(Convert.ToBase64String(secret), SecretContext), false, 0, []) });
        return CredentialsOutcome.Done with { TotpUri = SecondFactor.UriOf(stored.State.Email, secret) };
    }

    /// <inheritdoc/>
    public async Task<CredentialsOutcome> ConfirmTotp(Secret code)
    {
        if (stored.State.SecondFactor is not { Confirmed: false })
            throw new AudioException(AudioError.Conflict, "There is no second factor that waits to be confirmed");
        return await WithCode(code, state => RenewCodes(state with { SecondFactor = state.SecondFactor! with { Confirmed = true }, Revision = state.Revision + 1 }));
    }

    /// <inheritdoc/>
    public async Task<CredentialsOutcome> DisableTotp(Secret password, Secret code)
    {
        ArgumentNullException.ThrowIfNull(password);
        RequireSecondFactor();
        return await RefuseOtherPassword("password", password.Value)
            ?? await WithCode(code, async state =>
            {
                await Write(state with { SecondFactor = null, Revision = state.Revision + 1 });
                return CredentialsOutcome.Done;
            });
    }

    /// <inheritdoc/>
    public Task<CredentialsOutcome> RenewRecoveryCodes(Secret code)
    {
        RequireSecondFactor();
        return WithCode(code, RenewCodes);
    }

    private string SecretContext => $"account/{Id:D}/totp";

    private async Task<CredentialsOutcome> RenewCodes(AccountState state)
    {
        var (codes, hashes) = SecondFactor.NewRecoveryCodes();
        await Write(state with { SecondFactor = state.SecondFactor! with { RecoveryHashes = hashes } });
        return CredentialsOutcome.Done with { RecoveryCodes = codes };
    }

    /// <summary>Goes on with the state after the code was used; a wrong one counts.</summary>
    private async Task<CredentialsOutcome> WithCode(Secret code, Func<AccountState, Task<CredentialsOutcome>> goOn)
    {
        if (Pause() is { } pause)
            return pause;
        if (UseCode(stored.State, code.Value) is { } used)
            return await goOn(used);
        _failures.Add(time.GetUtcNow());
        return CredentialsOutcome.Invalid("code", "Expected the six digits that the authenticator shows now, or a recovery code.", FieldCodes.WrongCode);
    }

    private async Task<CredentialsOutcome?> RefuseOtherPassword(string field, string password)
    {
        if (Pause() is { } pause)
            return pause;
        if (await IsPassword(password))
            return null;
        _failures.Add(time.GetUtcNow());
        return CredentialsOutcome.Invalid(field, "Expected the password that is valid now.", FieldCodes.WrongPassword);
    }

    private CredentialsOutcome? Pause() => _failures.WaitAt(time.GetUtcNow()) is { } wait ? CredentialsOutcome.Done with { RetryAfter = wait } : null;

    private AccountState? UseCode(AccountState state, string code)
    {
        var secret = Convert.FromBase64String(box.OpenText(state.SecondFactor!.SealedSecret, SecretContext));
        return SecondFactor.Use(state.SecondFactor, secret, code, time.GetUtcNow()) is { } used ? state with { SecondFactor = used } : null;
    }

    private void RequireSecondFactor()
    {
        if (stored.State.SecondFactor is not { Confirmed: true })
            throw new AudioException(AudioError.Conflict, "The second factor is not on");
    }
}
