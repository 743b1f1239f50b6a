using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.RelayHost.Objects;
using Microsoft.Extensions.Caching.Memory;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>
/// Whether the MP3s of a playlist's parts are in the store: only then can a length be announced. Each request for a short playlist looks up its
/// files. Those of a long playlist are looked up in the background, at most once a minute; until then, requests announce no length.
/// </summary>
public sealed class PartPresence(IObjectStore store, BrokenTracks broken, TimeProvider time, ILogger<PartPresence> logger) : IDisposable
{
    /// <summary>The maximum number of look-ups that one request waits for.</summary>
    internal const int MostAtOnce = 32;

    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    private readonly MemoryCache _known = new(new MemoryCacheOptions { SizeLimit = 200_000, Clock = new Clock(time) });

    /// <summary>Whether all parts are known to exist.</summary>
    public async Task<bool> AreAllThereAsync(Guid playlistId, PlaybackManifest playback, CancellationToken cancellationToken)
    {
        var parts = playback.Parts.DistinctBy(part => part.Mp3!.Key).ToList();
        if (parts.Count <= MostAtOnce)
            return await LookUpAsync(playlistId, parts, cancellationToken);
        var unknown = parts.Where(part => !_known.TryGetValue(part.Mp3!.Key, out _)).ToList();
        if (unknown.Count == 0)
            return true;
        if (!_known.TryGetValue(playlistId, out _))
        {
            Remember(playlistId); // One look-up at a time.
            _ = LookUpAllAsync(playlistId, unknown);
        }
        return false;
    }

    /// <inheritdoc/>
    public void Dispose() => _known.Dispose();

    private async Task LookUpAllAsync(Guid playlistId, List<PlaybackPart> parts)
    {
        try
        {
            foreach (var chunk in parts.Chunk(MostAtOnce))
                await LookUpAsync(playlistId, chunk, CancellationToken.None);
        }
        catch (ObjectStoreUnavailableException exception)
        {
            logger.LogInformation(exception, "The parts of playlist {PlaylistId} could not be looked up", playlistId);
        }
        finally
        {
            _known.Remove(playlistId);
        }
    }

    private async Task<bool> LookUpAsync(Guid playlistId, IReadOnlyCollection<PlaybackPart> parts, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(parts.Select(async part => (part.TrackId, part.Mp3!.Key, IsThere: await store.FindAsync(part.Mp3.Key, cancellationToken) is not null)));
        foreach (var one in found.Where(one => one.IsThere))
            Remember(one.Key);
        var missing = found.Where(one => !one.IsThere).Select(one => (one.TrackId, one.Key)).ToList();
        await broken.ReportAsync(playlistId, missing);
        return missing.Count == 0;
    }

    private void Remember(object key) => _known.Set(key, true, new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Lifetime, Size = 1 });

    private sealed class Clock(TimeProvider time) : Microsoft.Extensions.Internal.ISystemClock
    {
        public DateTimeOffset UtcNow => time.GetUtcNow();
    }
}
