using System.Collections.Concurrent;
using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Accounts;
using Audio.Orleans.Contracts.ApiKeys;

namespace Audio.Orleans.Gateway.Authentication;

/// <summary>
/// Whether accounts are still what tokens say of them, asked of the account's grain at most once a second and not by each
/// request: what was revoked stops at once through this gateway, and within that second through others.
/// </summary>
public sealed class Standings(IGrainFactory grains, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Guid, Entry> _entries = new();

    /// <summary>What of an account passes a check; null when nothing does.</summary>
    /// <param name="userId">The account.</param>
    /// <param name="check">Looks for it. Called again with a fresh answer before it is taken as a no: the session may be newer than what is known here.</param>
    public async ValueTask<T?> FindAsync<T>(Guid userId, Func<AccountStanding, ImmutableArray<ApiKeyVerifier>, T?> check)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(check);
        var isOld = _entries.TryGetValue(userId, out var entry) && time.GetElapsedTime(entry.AskedAt) < Fresh;
        if (!isOld)
            entry = Ask(userId);
        var found = Check(await AnswerAsync(userId, entry!), check);
        return found is null && isOld ? Check(await AnswerAsync(userId, Ask(userId)), check) : found;
    }

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

    private static T? Check<T>(Answer answer, Func<AccountStanding, ImmutableArray<ApiKeyVerifier>, T?> check)
        where T : class =>
        answer.Account is { Disabled: false } account ? check(account, answer.Keys) : null;

    private Entry Ask(Guid userId) => _entries[userId] = new Entry(AskGrainsAsync(userId), time.GetTimestamp());

    private async Task<Answer> AskGrainsAsync(Guid userId)
    {
        var key = GrainKeys.Account(userId);
        var keys = grains.GetGrain<IApiKeysGrain>(key).GetVerifiers();
        var account = grains.GetGrain<IAccountGrain>(key).GetStanding();
        return new Answer(await account, await keys);
    }

    private async ValueTask<Answer> AnswerAsync(Guid userId, Entry entry)
    {
        try
        {
            return await entry.Answer;
        }
        catch
        {
            _entries.TryRemove(new KeyValuePair<Guid, Entry>(userId, entry)); // The next request asks again.
            throw;
        }
    }

    private sealed record Answer(AccountStanding? Account, ImmutableArray<ApiKeyVerifier> Keys);

    private sealed record Entry(Task<Answer> Answer, long AskedAt);
}
