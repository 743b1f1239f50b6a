using System.Collections.Concurrent;
using AudioOrleans.Grains.Interfaces;

namespace AudioOrleans.Gateway.Media;

/// <summary>
/// Caches what grains return for resources that many listeners request: each is fetched at most every two seconds instead of by every request.
/// The old value is served during a refresh.
/// </summary>
/// <typeparam name="T">The cached value; null for a resource that does not exist.</typeparam>
public abstract class RefreshingCache<T>(TimeProvider time) : BackgroundService
    where T : class
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Usable = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Guid, Entry> _entries = new();

    /// <summary>The clock.</summary>
    protected TimeProvider Time { get; } = time;

    /// <summary>The value; null when the resource does not exist.</summary>
    public ValueTask<T?> FindAsync(Guid id) => TryFind(id, out var known) ? new ValueTask<T?>(known) : new ValueTask<T?>(FetchAsync(id));

    /// <summary>Gets the value if it is cached; true when it is.</summary>
    public bool TryFind(Guid id, out T? known)
    {
        known = null;
        if (!_entries.TryGetValue(id, out var entry))
            return false;
        var age = Time.GetElapsedTime(entry.FetchedAt);
        if (age > Usable)
            return false;
        if (age > Fresh && Volatile.Read(ref entry.Refreshing) == 0 && Interlocked.Exchange(ref entry.Refreshing, 1) == 0)
            _ = RefreshAsync(id, entry);
        known = entry.Known;
        return true;
    }

    /// <summary>Removes the value after a change through this gateway.</summary>
    public void Forget(Guid id) => _entries.TryRemove(id, out _);

    /// <summary>Removes the value if it is older than that, so that many listeners who lose one stream cause a single fetch.</summary>
    public void Forget(Guid id, TimeSpan olderThan)
    {
        if (_entries.TryGetValue(id, out var entry) && Time.GetElapsedTime(entry.FetchedAt) > olderThan)
            _entries.TryRemove(new KeyValuePair<Guid, Entry>(id, entry));
    }

    /// <summary>Fetches the value from the grain.</summary>
    protected abstract Task<T?> AskAsync(Guid id);

    /// <summary>Drops entries that were not requested recently, so that made-up ids do not fill the memory.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Usable, Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (id, _) in _entries.Where(pair => Time.GetElapsedTime(pair.Value.FetchedAt) > Usable))
                _entries.TryRemove(id, out _);
        }
    }

    /// <summary>Stores a value that was obtained by other means.</summary>
    protected void Keep(Guid id, T? known) => _entries[id] = new Entry(known, Time.GetTimestamp());

    private async Task<T?> FetchAsync(Guid id)
    {
        var known = await AskAsync(id);
        Keep(id, known);
        return known;
    }

    private async Task RefreshAsync(Guid id, Entry old)
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
