using System.Collections.Concurrent;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Gateway.Media;

/// <summary>
/// Caches what grains return for resources that many listeners request: each is fetched at most every two seconds instead of by every request.
/// The old value is served during a refresh.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="fresh">How long a value is served without a refresh; two seconds by default.</param>
/// <param name="usable">How long it is served during a refresh; 30 seconds by default.</param>
/// <typeparam name="TKey">What identifies a resource.</typeparam>
/// <typeparam name="T">The cached value; null for a resource that does not exist.</typeparam>
public abstract class RefreshingCache<TKey, T>(TimeProvider time, TimeSpan? fresh = null, TimeSpan? usable = null) : BackgroundService
    where TKey : notnull
    where T : class
{
    /// <summary>How long a value that nobody requests stays in memory.</summary>
    private static readonly TimeSpan Retention = TimeSpan.FromSeconds(30);

    private readonly TimeSpan _fresh = fresh ?? TimeSpan.FromSeconds(2);
    private readonly TimeSpan _usable = usable ?? Retention;
    private readonly ConcurrentDictionary<TKey, Entry> _entries = new();

    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; } = time;

    /// <summary>The value; null when the resource does not exist.</summary>
    public ValueTask<T?> FindAsync(TKey id) => TryFind(id, out var known) ? new ValueTask<T?>(known) : new ValueTask<T?>(FetchAsync(id));

    /// <summary>Gets the value if it is cached; true when it is.</summary>
    public bool TryFind(TKey id, out T? known)
    {
        known = null;
        if (!_entries.TryGetValue(id, out var entry))
            return false;
        var age = Time.GetElapsedTime(entry.FetchedAt);
        if (age > _usable)
            return false;
        if (age > _fresh && Volatile.Read(ref entry.Refreshing) == 0 && Interlocked.Exchange(ref entry.Refreshing, 1) == 0)
            _ = RefreshAsync(id, entry);
        known = entry.Known;
        return true;
    }

    /// <summary>Removes the value after a change through this gateway.</summary>
    public void Forget(TKey id) => _entries.TryRemove(id, out _);

    /// <summary>Removes the value if it is older than that, so that many listeners who lose one stream cause a single fetch.</summary>
    public void Forget(TKey id, TimeSpan olderThan)
    {
        if (_entries.TryGetValue(id, out var entry) && Time.GetElapsedTime(entry.FetchedAt) > olderThan)
            _entries.TryRemove(new KeyValuePair<TKey, Entry>(id, entry));
    }

    /// <summary>Removes the values of some resources after a change through this gateway.</summary>
    protected void Forget(Func<TKey, bool> concerns)
    {
        foreach (var (id, _) in _entries.Where(pair => concerns(pair.Key)))
            _entries.TryRemove(id, out _);
    }

    /// <summary>Fetches the value from the grain.</summary>
    /// <param name="id">The resource.</param>
    /// <param name="last">The last value; null for none.</param>
    protected abstract Task<T?> AskAsync(TKey id, T? last);

    /// <summary>Drops entries that were not requested recently, so that made-up ids do not fill the memory.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Retention, Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (id, _) in _entries.Where(pair => Time.GetElapsedTime(pair.Value.FetchedAt) > Retention))
                _entries.TryRemove(id, out _);
        }
    }

    /// <summary>Stores a value that was obtained by other means.</summary>
    protected void Keep(TKey id, T? known) => _entries[id] = new Entry(known, Time.GetTimestamp());

    private async Task<T?> FetchAsync(TKey id)
    {
        var known = await AskAsync(id, _entries.TryGetValue(id, out var entry) ? entry.Known : null);
        Keep(id, known);
        return known;
    }

    private async Task RefreshAsync(TKey id, Entry old)
    {
        try
        {
            await FetchAsync(id);
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            old.Refreshing = 0; // The old value is still served, and the next request tries again.
        }
    }

    private sealed class Entry(T? known, long fetchedAt)
    {
        public int Refreshing;

        public T? Known { get; } = known;

        public long FetchedAt { get; } = fetchedAt;
    }
}
