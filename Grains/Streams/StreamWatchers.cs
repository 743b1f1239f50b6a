using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Grains.Streams;

/// <summary>Who is told of a stream's changes. Somebody who does not subscribe again within a minute is forgotten.</summary>
public sealed class StreamWatchers(TimeProvider time)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    private readonly Dictionary<IStreamObserver, DateTimeOffset> _until = [];
    private StreamChange? _told;

    /// <summary>Who is told now.</summary>
    public ImmutableArray<IStreamObserver> Current => [.. _until.Where(entry => entry.Value >= time.GetUtcNow()).Select(entry => entry.Key)];

    /// <summary>Tells the observer of changes for the next minute.</summary>
    public void Add(IStreamObserver observer) => _until[observer] = time.GetUtcNow() + Lease;

    /// <summary>Tells the observer no more.</summary>
    public void Remove(IStreamObserver observer) => _until.Remove(observer);

    /// <summary>Tells all, if this differs from what they were told last.</summary>
    public async Task Tell(StreamChange change)
    {
        if (change == _told)
            return;
        _told = change;
        var now = time.GetUtcNow();
        foreach (var gone in _until.Where(entry => entry.Value < now).Select(entry => entry.Key).ToArray())
            _until.Remove(gone);
        // One-way: this waits until the messages are on their way, not until they are read.
        await Task.WhenAll(_until.Keys.Select(observer => observer.Changed(change)));
    }
}
