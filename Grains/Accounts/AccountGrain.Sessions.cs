using Audio.Orleans.Contracts.Accounts;
using Audio.Orleans.Contracts.Tokens;

namespace Audio.Orleans.Grains.Accounts;

/// <content>Its sessions.</content>
public sealed partial class AccountGrain : IAccountSessionsGrain
{
    /// <inheritdoc/>
    public async Task<LoginResult> LogIn(string password, string? code)
    {
        if (!await IsPassword(password))
            return LoginResult.Of(LoginStatus.Refused);
        var next = stored.State;
        if (next.Disabled)
            return LoginResult.Of(LoginStatus.Disabled);
        if (AwaitsVerification)
            return LoginResult.Of(LoginStatus.Unverified);
        if (next.SecondFactor is { Confirmed: true })
        {
            if (string.IsNullOrWhiteSpace(code))
                return LoginResult.Of(LoginStatus.CodeRequired);
            if (UseCode(next, code) is not { } used)
                return LoginResult.Of(LoginStatus.CodeRefused);
            next = used;
        }
        if (PasswordHasher.IsOutdated(next.PasswordHash))
            next = next with { PasswordHash = await passwords.HashAsync(password) };
        return new LoginResult(LoginStatus.Granted, await OpenSession(next), null);
    }

    /// <inheritdoc/>
    public async Task<TokenPair?> Refresh(string refreshToken)
    {
        if (!stored.RecordExists)
            return null;
        var (state, next) = RefreshTokens.Rotate(stored.State, Id, refreshToken, time.GetUtcNow(), options.RefreshLifetime);
        if (state != stored.State)
            await Write(state);
        return next is null ? null : await Pair(next);
    }

    /// <inheritdoc/>
    public async Task LogOut(string refreshToken)
    {
        if (stored.RecordExists && RefreshTokens.Close(stored.State, refreshToken) is var state && state != stored.State)
            await Write(state);
    }

    /// <inheritdoc/>
    public Task LogOutEverywhere() => stored.State.Sessions.IsEmpty ? Task.CompletedTask : Write(stored.State with { Sessions = [] });

    private async Task<bool> IsPassword(string password) => stored is { RecordExists: true, State.PasswordHash.Length: > 0 }
        ? await passwords.VerifyAsync(password, stored.State.PasswordHash)
        : await passwords.VerifyNothingAsync(password);

    private async Task<TokenPair> OpenSession(AccountState state)
    {
        var (next, refresh) = RefreshTokens.Open(state, Id, time.GetUtcNow(), options.RefreshLifetime);
        await Write(next);
        return await Pair(refresh);
    }

    private async Task<TokenPair> Pair(string refresh)
    {
        RefreshToken.TryRead(refresh, out _, out var session);
        return new TokenPair(await tokens.IssueAccessAsync(Id, session, stored.State.Role), refresh, options.AccessLifetime);
    }
}
