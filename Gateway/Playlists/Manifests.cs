using System.Collections.Concurrent;
using Audio.Orleans.RelayHost.Objects;

namespace Audio.Orleans.Gateway.Playlists;

/// <summary>HLS playlists out of the store, kept in memory: an object that was put never changes.</summary>
public sealed class Manifests(IObjectStore store)
{
    /// <summary>Some 60 MB where they are an hour long.</summary>
    private const int Most = 2000;

    private readonly ConcurrentDictionary<string, byte[]> _known = new();

    /// <summary>The text of one, UTF-8; null when it is not there.</summary>
    public async ValueTask<byte[]?> FindAsync(string key, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(key, out var known))
            return known;
        await using var found = await store.OpenAsync(key, cancellationToken: cancellationToken);
        if (found is null)
            return null;
        using var copy = new MemoryStream((int)found.Info.Length);
        await found.Content.CopyToAsync(copy, cancellationToken);
        if (_known.Count >= Most)
            _known.Clear();
        return _known[key] = copy.ToArray();
    }
}
