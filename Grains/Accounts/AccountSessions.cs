using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Tokens;
using AudioOrleans.Grains.Tokens;
using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Grains.Accounts;

/// <summary>The sessions of one account; <see cref="RefreshTokens"/> decides.</summary>
internal sealed class AccountSessions(AccountContext account, PasswordHasher passwords, TokenIssuer tokens, TokenOptions options)
{
    /// <inheritdoc cref="IAccountSessionsGrain"/>
    public async Task<LoginResult> LogIn(Secret password, Secret? code)
    {
        if (!await IsPassword(password.Value))
            return LoginResult.From(LoginStatus.Refused);
        var next = account.State;
        if (next.Disabled)
            return LoginResult.From(LoginStatus.Disabled);
        if (account.AwaitsVerification)
            return LoginResult.From(LoginStatus.Unverified);
        if (next.SecondFactor is { Confirmed: true })
        {
            if (string.IsNullOrWhiteSpace(code?.Value))
                return LoginResult.From(LoginStatus.CodeRequired);
            if (account.UseCode(next, code.Value) is not { } used)
                return LoginResult.From(LoginStatus.CodeRefused);
            next = used;
        }
        if (PasswordHasher.IsOutdated(next.PasswordHash))
            next = next with { PasswordHash = await passwords.HashAsync(password.Value) };
        return new LoginResult(LoginStatus.Granted, await Open(next), null);
    }

    /// <inheritdoc cref="IAccountSessionsGrain"/>
    public async Task<TokenPair?> Refresh(Secret refreshToken)
    {
        var (state, next) = RefreshTokens.Rotate(account.State, account.Id, refreshToken.Value, account.Now, options.RefreshLifetime);
        if (state != account.State)
            await account.Commit(state);
        return next is null ? null : await Pair(next);
    }

    /// <inheritdoc cref="IAccountSessionsGrain"/>
    public async Task LogOut(Secret refreshToken)
    {
        if (RefreshTokens.Close(account.State, refreshToken.Value) is var state && state != account.State)
            await account.Commit(state);
    }

    /// <inheritdoc cref="IAccountSessionsGrain"/>
    public Task LogOutEverywhere() => account.State.Sessions.IsEmpty ? Task.CompletedTask : account.Commit(account.State with { Sessions = [] });

    /// <summary>Whether the password is correct; takes the same time if there is no account.</summary>
    public async Task<bool> IsPassword(string password) => account is { Exists: true, State.PasswordHash.Length: > 0 }
        ? await passwords.VerifyAsync(password, account.State.PasswordHash)
        : await passwords.VerifyNothingAsync();

    /// <summary>Commits the state with a new session, and the effects.</summary>
    public async Task<TokenPair> Open(AccountState state, params IStateEffect[] effects)
    {
        var (next, refresh) = RefreshTokens.Open(state, account.Id, account.Now, options.RefreshLifetime);
        await account.Commit(next, effects);
        return await Pair(refresh);
    }

    private async Task<TokenPair> Pair(string refresh)
    {
        RefreshToken.TryRead(refresh, out _, out var family);
        return new TokenPair(await tokens.IssueAccessAsync(account.Id, RefreshToken.SessionOf(family), account.State.Role), refresh, options.AccessLifetime);
    }
}
