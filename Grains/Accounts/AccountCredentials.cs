using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;

namespace AudioOrleans.Grains.Accounts;

/// <summary>
/// The credentials of one account; <see cref="SecondFactor"/> validates codes. Failures are limited here too, so that the holder of
/// a stolen token cannot guess passwords and codes.
/// </summary>
internal sealed class AccountCredentials(AccountContext account, AccountSessions sessions, PasswordHasher passwords)
{
    /// <inheritdoc cref="ICredentialsGrain"/>
    public async Task<CredentialsOutcome> ChangePassword(ChangePassword command)
    {
        var problems = AccountRules.CheckPassword("new_password", command.NewPassword);
        if (!problems.IsEmpty)
            return CredentialsOutcome.Done with { Problems = problems };
        // An account that signs in with a provider has no password to verify, and may set one.
        if (account.State.PasswordHash.Length > 0 && await RefuseOtherPassword("current_password", command.CurrentPassword) is { } refusal)
            return refusal;
        var hash = await passwords.HashAsync(command.NewPassword);
        return CredentialsOutcome.Done with { Tokens = await sessions.Open(account.State with { PasswordHash = hash, Sessions = [], Links = [] }) };
    }

    /// <inheritdoc cref="ICredentialsGrain"/>
    public async Task<CredentialsOutcome> Prove(Secret password, Secret code)
    {
        if (account.State.PasswordHash.Length > 0 && await RefuseOtherPassword("password", password.Value) is { } refusal)
            return refusal;
        if (account.State.SecondFactor is not { Confirmed: true })
            return CredentialsOutcome.Done;
        return await WithCode(code, async state =>
        {
            await account.Commit(state);
            return CredentialsOutcome.Done;
        });
    }

    /// <inheritdoc cref="ICredentialsGrain"/>
    public async Task<CredentialsOutcome> BeginTotp(Secret password)
    {
        if (account.State.SecondFactor is { Confirmed: true })
            throw new AudioException(AudioError.Conflict, "The second factor is already enabled");
        if (await RefuseOtherPassword("password", password.Value) is { } refusal)
            return refusal;
        var secret = SecondFactor.NewSecret();
        await account.Commit(account.State with { SecondFactor = new SecondFactorState(account.SealSecret(secret), false, 0, []) });
        return CredentialsOutcome.Done with { TotpUri = SecondFactor.UriOf(account.State.Email, secret) };
    }

    /// <inheritdoc cref="ICredentialsGrain"/>
    public async Task<CredentialsOutcome> ConfirmTotp(Secret code)
    {
        if (account.State.SecondFactor is not { Confirmed: false })
            throw new AudioException(AudioError.Conflict, "There is no second factor to confirm");
        return await WithCode(code, state => RenewCodes(state with { SecondFactor = state.SecondFactor! with { Confirmed = true }, Revision = state.Revision + 1 }));
    }

    /// <inheritdoc cref="ICredentialsGrain"/>
    public async Task<CredentialsOutcome> DisableTotp(Secret password, Secret code)
    {
        RequireSecondFactor();
        return await RefuseOtherPassword("password", password.Value)
            ?? await WithCode(code, async state =>
            {
                await account.Commit(state with { SecondFactor = null, Revision = state.Revision + 1 });
                return CredentialsOutcome.Done;
            });
    }

    /// <inheritdoc cref="ICredentialsGrain"/>
    public Task<CredentialsOutcome> RenewRecoveryCodes(Secret code)
    {
        RequireSecondFactor();
        return WithCode(code, RenewCodes);
    }

    private async Task<CredentialsOutcome> RenewCodes(AccountState state)
    {
        var (codes, hashes) = SecondFactor.NewRecoveryCodes();
        await account.Commit(state with { SecondFactor = state.SecondFactor! with { RecoveryHashes = hashes } });
        return CredentialsOutcome.Done with { RecoveryCodes = codes };
    }

    /// <summary>Continues with the state after using the code; a wrong code counts as a failure.</summary>
    private async Task<CredentialsOutcome> WithCode(Secret code, Func<AccountState, Task<CredentialsOutcome>> goOn)
    {
        if (Pause() is { } pause)
            return pause;
        if (account.UseCode(account.State, code.Value) is { } used)
            return await goOn(used);
        account.Failures.Add(account.Now);
        return CredentialsOutcome.Invalid("code", "Expected the six digits that the authenticator shows now, or a recovery code.", FieldCodes.WrongCode);
    }

    /// <summary>Rejects a password other than the account's. Failures count; too many suspend further attempts.</summary>
    public async Task<CredentialsOutcome?> RefuseOtherPassword(string field, string password)
    {
        if (Pause() is { } pause)
            return pause;
        if (await sessions.IsPassword(password))
            return null;
        account.Failures.Add(account.Now);
        return CredentialsOutcome.Invalid(field, "Expected the current password.", FieldCodes.WrongPassword);
    }

    private CredentialsOutcome? Pause() => account.Failures.WaitAt(account.Now) is { } wait ? CredentialsOutcome.Done with { RetryAfter = wait } : null;

    private void RequireSecondFactor()
    {
        if (account.State.SecondFactor is not { Confirmed: true })
            throw new AudioException(AudioError.Conflict, "The second factor is not enabled");
    }
}
