using System.Collections.Concurrent;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Accounts;
using AudioOrleans.Grains.Interfaces.ApiKeys;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>
/// Whether accounts are still what tokens say of them, asked of the account's grain at most once a second and not by each
/// request: what was revoked stops at once through this gateway, and within that second through others.
/// </summary>
public sealed class AccountStatusCache(IGrainFactory grains, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(30);

    /// <summary>Who is refused may be newer than what is known here, so it is asked again; but no oftener, whoever tries.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<Guid, Entry> _entries = new();

    /// <summary>Whether an account is known here already, so that looking at it costs nothing.</summary>
    public bool Knows(Guid userId) => _entries.ContainsKey(userId);

    /// <summary>What of an account passes a check; null when nothing does.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="check">Looks for it; called again with a fresh answer before it is taken as a no.</param>
    public ValueTask<T?> FindAsync<T>(Guid userId, Func<AccountStatus, T?> check)
        where T : class =>
        FindAsync(userId, async entry => await entry.Account is { Disabled: false } account ? check(account) : null);

    /// <summary>The same for what depends on the account's API keys.</summary>
    public ValueTask<T?> FindAsync<T>(Guid userId, Func<AccountStatus, ImmutableArray<ApiKeyVerifier>, T?> check)
        where T : class =>
        FindAsync(userId, async entry => await entry.Account is { Disabled: false } account ? check(account, await entry.Keys.Value) : null);

    /// <summary>Whether an account still has the session or the API key that a caller belongs to.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="role">The role that it must still have; null for any.</param>
    /// <param name="sessionId">The session; null for a caller by API key.</param>
    /// <param name="apiKeyId">The API key.</param>
    public async ValueTask<bool> AllowsAsync(Guid userId, string? role, Guid? sessionId, Guid? apiKeyId)
    {
        bool IsOfRole(AccountStatus account) => role is null || role.Equals(account.Role.ToString(), StringComparison.OrdinalIgnoreCase);
        var account = sessionId is { } session
            ? await FindAsync(userId, account => IsOfRole(account) && account.Sessions.Contains(session) ? account : null)
            : await FindAsync(userId, (account, keys) => IsOfRole(account) && keys.Any(key => key.KeyId == apiKeyId && IsAlive(key)) ? account : null);
        return account is not null;
    }

    /// <summary>Whether an API key has not ended.</summary>
    public bool IsAlive(ApiKeyVerifier key) => key.ExpiresAt is not { } end || time.GetUtcNow() < end;

    /// <summary>Forgets what is known of an account, after a change through this gateway.</summary>
    public void Forget(Guid userId) => _entries.TryRemove(userId, out _);

    /// <summary>Drops accounts that nobody asked for lately, so that made-up ids fill no memory.</summary>
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
            _entries.TryRemove(new KeyValuePair<Guid, Entry>(userId, entry)); // The next request asks again.
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
        // Of all that waited one asks.
        return _entries.TryGetValue(userId, out var entry) && entry != old ? entry : Ask(userId);
    }

    private sealed record Entry(Task<AccountStatus?> Account, Lazy<Task<ImmutableArray<ApiKeyVerifier>>> Keys, long AskedAt);
}
