using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Grains.Streams;

/// <summary>The observers of a stream. One that does not subscribe again within a minute is removed.</summary>
public sealed class StreamWatchers(TimeProvider time)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly Dictionary<IStreamObserver, DateTimeOffset> _until = [];
    private StreamChange? _told;

    /// <summary>The current observers.</summary>
    public ImmutableArray<IStreamObserver> Current => [.. _until.Where(entry => entry.Value >= time.GetUtcNow()).Select(entry => entry.Key)];

    /// <summary>Adds or renews an observer for one minute.</summary>
    public void Add(IStreamObserver observer) => _until[observer] = time.GetUtcNow() + Lease;

    /// <summary>Removes an observer.</summary>
    public void Remove(IStreamObserver observer) => _until.Remove(observer);

    /// <summary>Notifies all observers, if this differs from the last notification.</summary>
    public async Task Tell(StreamChange change)
    {
        if (change == _told)
            return;
        _told = change;
        var now = time.GetUtcNow();
        foreach (var gone in _until.Where(entry => entry.Value < now).Select(entry => entry.Key).ToArray())
            _until.Remove(gone);
        // One-way calls: this waits until the messages are sent, not until they are processed.
        await Task.WhenAll(_until.Keys.Select(observer => observer.Changed(change)));
    }
}
