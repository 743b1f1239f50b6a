using System.Collections.Concurrent;
using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Streams;

namespace Audio.Orleans.Gateway.Live;

/// <summary>
/// Who may hear which stream, asked of the stream's grain at most every two seconds and not by each request. While an answer
/// is fetched anew, the old one serves.
/// </summary>
public sealed class StreamGate(IGrainFactory grains, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Usable = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<Guid, Entry> _entries = new();

    /// <summary>Who may hear the stream; null when there is none.</summary>
    public ValueTask<StreamAccess?> FindAsync(Guid streamId) =>
        TryFind(streamId, out var access) ? new ValueTask<StreamAccess?>(access) : new ValueTask<StreamAccess?>(FetchAsync(streamId));

    /// <summary>The same, where the answer is known already: true when it is.</summary>
    public bool TryFind(Guid streamId, out StreamAccess? access)
    {
        access = null;
        if (!_entries.TryGetValue(streamId, out var entry))
            return false;
        var age = time.GetElapsedTime(entry.FetchedAt);
        if (age > Usable)
            return false;
        if (age > Fresh && Volatile.Read(ref entry.Refreshing) == 0 && Interlocked.Exchange(ref entry.Refreshing, 1) == 0)
            _ = RefreshAsync(streamId, entry);
        access = entry.Access;
        return true;
    }

    /// <summary>Forgets what is known of a stream, after a change through this gateway.</summary>
    public void Forget(Guid streamId) => _entries.TryRemove(streamId, out _);

    /// <summary>Forgets it if it was asked for longer ago than that: many listeners who lose one relay ask once.</summary>
    public void Forget(Guid streamId, TimeSpan olderThan)
    {
        if (_entries.TryGetValue(streamId, out var entry) && time.GetElapsedTime(entry.FetchedAt) > olderThan)
            _entries.TryRemove(new KeyValuePair<Guid, Entry>(streamId, entry));
    }

    /// <summary>Drops streams that nobody asked for lately, so that made-up ids fill no memory.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Usable, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (streamId, _) in _entries.Where(pair => time.GetElapsedTime(pair.Value.FetchedAt) > Usable))
                _entries.TryRemove(streamId, out _);
        }
    }

    private async Task<StreamAccess?> FetchAsync(Guid streamId)
    {
        var access = await grains.GetGrain<IStreamAudienceGrain>(GrainKeys.Stream(streamId)).GetAccess();
        _entries[streamId] = new Entry(access, time.GetTimestamp());
        return access;
    }

    private async Task RefreshAsync(Guid streamId, Entry old)
    {
        try
        {
            await FetchAsync(streamId);
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            old.Refreshing = 0; // The old answer serves on, and the next request tries again.
        }
    }

    private sealed class Entry(StreamAccess? access, long fetchedAt)
    {
        public int Refreshing;

        public StreamAccess? Access { get; } = access;

        public long FetchedAt { get; } = fetchedAt;
    }
}
