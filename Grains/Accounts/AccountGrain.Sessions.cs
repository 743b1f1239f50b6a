using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.Tokens;

namespace AudioOrleans.Grains.Accounts;

/// <content>Its sessions.</content>
public sealed partial class AccountGrain : IAccountSessionsGrain
{
    /// <inheritdoc/>
    public async Task<LoginResult> LogIn(Secret password, Secret? code)
    {
        ArgumentNullException.ThrowIfNull(password);
        if (!await IsPassword(password.Value))
            return LoginResult.Of(LoginStatus.Refused);
        var next = stored.State;
        if (next.Disabled)
            return LoginResult.Of(LoginStatus.Disabled);
        if (AwaitsVerification)
            return LoginResult.Of(LoginStatus.Unverified);
        if (next.SecondFactor is { Confirmed: true })
        {
            if (string.IsNullOrWhiteSpace(code?.Value))
                return LoginResult.Of(LoginStatus.CodeRequired);
            if (UseCode(next, code.Value) is not { } used)
                return LoginResult.Of(LoginStatus.CodeRefused);
            next = used;
        }
        if (PasswordHasher.IsOutdated(next.PasswordHash))
            next = next with { PasswordHash = await passwords.HashAsync(password.Value) };
        return new LoginResult(LoginStatus.Granted, await OpenSession(next), null);
    }

    /// <inheritdoc/>
    public async Task<TokenPair?> Refresh(Secret refreshToken)
    {
        ArgumentNullException.ThrowIfNull(refreshToken);
        if (DeactivateIfMadeUp())
            return null;
        var (state, next) = RefreshTokens.Rotate(stored.State, Id, refreshToken.Value, time.GetUtcNow(), options.RefreshLifetime);
        if (state != stored.State)
            await Write(state);
        return next is null ? null : await Pair(next);
    }

    /// <inheritdoc/>
    public async Task LogOut(Secret refreshToken)
    {
        ArgumentNullException.ThrowIfNull(refreshToken);
        if (!DeactivateIfMadeUp() && RefreshTokens.Close(stored.State, refreshToken.Value) is var state && state != stored.State)
            await Write(state);
    }

    /// <inheritdoc/>
    public Task LogOutEverywhere() => stored.State.Sessions.IsEmpty ? Task.CompletedTask : Write(stored.State with { Sessions = [] });

    private async Task<bool> IsPassword(string password) => stored is { RecordExists: true, State.PasswordHash.Length: > 0 }
        ? await passwords.VerifyAsync(password, stored.State.PasswordHash)
        : await passwords.VerifyNothingAsync();

    private async Task<TokenPair> OpenSession(AccountState state)
    {
        var (next, refresh) = RefreshTokens.Open(state, Id, time.GetUtcNow(), options.RefreshLifetime);
        await Write(next);
        return await Pair(refresh);
    }

    private async Task<TokenPair> Pair(string refresh)
    {
        RefreshToken.TryRead(refresh, out _, out var family);
        return new TokenPair(await tokens.IssueAccessAsync(Id, RefreshToken.SessionOf(family), stored.State.Role), refresh, options.AccessLifetime);
    }
}
