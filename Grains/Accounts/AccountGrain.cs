using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Accounts;
using Audio.Orleans.Persistence;

namespace Audio.Orleans.Grains.Accounts;

/// <inheritdoc cref="IAccountGrain"/>
[GrainType("account")]
public sealed class AccountGrain(
    [PersistentState("account", StorageNames.Audio)] IPersistentState<AccountState> stored,
    PasswordHasher passwords,
    TokenIssuer tokens,
    TokenOptions options,
    TimeProvider time) : Grain, IAccountGrain
{
    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task<RegisterOutcome> Register(RegisterAccount wish)
    {
        var problems = AccountRules.Check(wish);
        if (!problems.IsEmpty)
            return new RegisterOutcome(null, problems, false);
        var hash = await passwords.HashAsync(wish.Password);
        try
        {
            await Write(new AccountState
            {
                Email = EmailAddress.Normalize(wish.Email)!,
                Name = wish.Name.Trim(),
                Role = wish.Role,
                PasswordHash = hash,
                CreatedAt = time.GetUtcNow(),
            });
        }
        catch (DuplicateKeyException)
        {
            return new RegisterOutcome(null, [], true);
        }
        return new RegisterOutcome(Profile(), [], false);
    }

    /// <inheritdoc/>
    public async Task<TokenPair?> LogIn(string password)
    {
        if (!stored.RecordExists || !await passwords.VerifyAsync(password, stored.State.PasswordHash))
            return null;
        var (state, refresh) = RefreshTokens.Open(stored.State, Id, time.GetUtcNow(), options.RefreshLifetime);
        await Write(state);
        return await Pair(refresh);
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
    public Task<AccountProfile?> GetProfile() => Task.FromResult(stored.RecordExists ? Profile() : null);

    private async Task<TokenPair> Pair(string refresh) => new(await tokens.IssueAsync(Id, stored.State.Role), refresh, options.AccessLifetime);

    private AccountProfile Profile()
    {
        var state = stored.State;
        return new AccountProfile(Id, state.Email, state.Name, state.Role, state.CreatedAt);
    }

    private async Task Write(AccountState next)
    {
        var before = stored.State;
        stored.State = next;
        try
        {
            await stored.WriteStateAsync();
        }
        catch
        {
            stored.State = before;
            throw;
        }
    }
}
