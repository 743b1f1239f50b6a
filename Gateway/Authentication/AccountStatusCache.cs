using System.Collections.Concurrent;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.ApiKeys;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>
/// Checks whether the account behind a token is still valid, by its grain at most once a second instead of for every request: a revocation takes
/// effect at once on this gateway, and within that second on others.
/// </summary>
public sealed class AccountStatusCache(IGrainFactory grains, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A refused caller may be newer than the cached status, so the grain is asked again, but never more often than this, whoever tries.
    /// </summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<Guid, Entry> _entries = new();

    /// <summary>Whether an account is cached, so that a check costs nothing.</summary>
    public bool Knows(Guid userId) => _entries.ContainsKey(userId);

    /// <summary>The part of an account that passes a check; null when nothing does.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="check">The check; repeated with a fresh status before a failure is final.</param>
    public ValueTask<T?> FindAsync<T>(Guid userId, Func<AccountStatus, T?> check)
        where T : class =>
        FindAsync(userId, async entry => await entry.Account is { Disabled: false } account ? check(account) : null);

    /// <summary>The same for checks that depend on the account's API keys.</summary>
    public ValueTask<T?> FindAsync<T>(Guid userId, Func<AccountStatus, ImmutableArray<ApiKeyVerifier>, T?> check)
        where T : class =>
        FindAsync(userId, async entry => await entry.Account is { Disabled: false } account ? check(account, await entry.Keys.Value) : null);

    /// <summary>Whether an account still has the session or the API key of a caller.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="role">The role that it must still have; null for any.</param>
    /// <param name="sessionId">The session; null for a caller with an API key.</param>
    /// <param name="apiKeyId">The API key.</param>
    public async ValueTask<bool> AllowsAsync(Guid userId, string? role, Guid? sessionId, Guid? apiKeyId)
    {
        bool IsOfRole(AccountStatus account) => role is null || role.Equals(account.Role.ToString(), StringComparison.OrdinalIgnoreCase);
        var account = sessionId is { } session
            ? await FindAsync(userId, account => IsOfRole(account) && account.Sessions.Contains(session) ? account : null)
            : await FindAsync(userId, (account, keys) => IsOfRole(account) && keys.Any(key => key.KeyId == apiKeyId && IsAlive(key)) ? account : null);
        return account is not null;
    }

    /// <summary>Whether an API key has not expired.</summary>
    public bool IsAlive(ApiKeyVerifier key) => key.ExpiresAt is not { } end || time.GetUtcNow() < end;

    /// <summary>Removes an account from the cache after a change through this gateway.</summary>
    public void Forget(Guid userId) => _entries.TryRemove(userId, out _);

    /// <summary>Drops accounts that were not requested recently, so that made-up ids do not fill the memory.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Sweep, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (userId, _) in _entries.Where(pair => time.GetElapsedTime(pair.Value.AskedAt) > Sweep))
                _entries.TryRemove(userId, out _);
        }
    }

    private async ValueTask<T?> FindAsync<T>(Guid userId, Func<Entry, ValueTask<T?>> look)
        where T : class
    {
        var isKnown = _entries.TryGetValue(userId, out var entry) && time.GetElapsedTime(entry.AskedAt) < Fresh;
        if (!isKnown)
            entry = Ask(userId);
        if (await LookAsync(userId, entry!, look) is { } found)
            return found;
        return isKnown ? await LookAsync(userId, await AskAgainAsync(userId, entry!), look) : null;
    }

    private async ValueTask<T?> LookAsync<T>(Guid userId, Entry entry, Func<Entry, ValueTask<T?>> look)
    {
        try
        {
            return await look(entry);
        }
        catch
        {
            _entries.TryRemove(new KeyValuePair<Guid, Entry>(userId, entry)); // The next request retries.
            throw;
        }
    }

    private Entry Ask(Guid userId)
    {
        var key = GrainKeys.Account(userId);
        return _entries[userId] = new Entry(
            grains.GetGrain<IAccountGrain>(key).GetStanding(), new(() => grains.GetGrain<IApiKeysGrain>(key).GetVerifiers()), time.GetTimestamp());
    }

    private async ValueTask<Entry> AskAgainAsync(Guid userId, Entry old)
    {
        var age = time.GetElapsedTime(old.AskedAt);
        if (age < LeastPause)
            await Task.Delay(LeastPause - age, time, CancellationToken.None);
        // Of all waiting requests, one calls the grain.
        return _entries.TryGetValue(userId, out var entry) && entry != old ? entry : Ask(userId);
    }

    private sealed record Entry(Task<AccountStatus?> Account, Lazy<Task<ImmutableArray<ApiKeyVerifier>>> Keys, long AskedAt);
}
