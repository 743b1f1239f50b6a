using System.Collections.Concurrent;
using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>Caches who may hear which playlist, and its playback manifest.</summary>
public sealed class PlaylistAccessCache(IGrainFactory grains, TimeProvider time) : RefreshingCache<Guid, PlaybackManifest>(time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    /// <summary>All callers that wait for the same change share one call.</summary>
    private readonly ConcurrentDictionary<(Guid PlaylistId, string Stamp), Lazy<Task<PlaybackManifest?>>> _waits = new();

    /// <summary>Waits until a playback manifest meets a condition, for at most 20 seconds: tracks are fetched and built meanwhile.</summary>
    /// <param name="playlistId">The playlist.</param>
    /// <param name="isWanted">The condition.</param>
    /// <param name="limit">How long to wait, if not 20 seconds.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The playback manifest, whether or not it meets the condition; null when the playlist is deleted.</returns>
    public async Task<PlaybackManifest?> WaitAsync(Guid playlistId, Func<PlaybackManifest, bool> isWanted, TimeSpan? limit, CancellationToken cancellationToken)
    {
        var start = Time.GetTimestamp();
        var playback = await FindAsync(playlistId);
        while (playback is not null && !isWanted(playback) && (limit ?? LongestWait) - Time.GetElapsedTime(start) is var left && left > TimeSpan.Zero)
        {
            try
            {
                playback = await NextAsync(playlistId, playback.Stamp).WaitAsync(left, Time, cancellationToken);
            }
            catch (TimeoutException)
            {
                return playback;
            }
        }
        return playback;
    }

    /// <inheritdoc/>
    protected override Task<PlaybackManifest?> AskAsync(Guid id, PlaybackManifest? last) => Grain(id).FindPlaybackManifest();

    private Task<PlaybackManifest?> NextAsync(Guid playlistId, string stamp)
    {
        var key = (playlistId, stamp);
        return _waits.GetOrAdd(key, _ => new Lazy<Task<PlaybackManifest?>>(FetchNextAsync)).Value;

        async Task<PlaybackManifest?> FetchNextAsync()
        {
            await Task.Yield(); // The entry is added before it can be removed.
            try
            {
                var playback = await Grain(playlistId).WaitForPlaybackManifest(stamp);
                Keep(playlistId, playback);
                return playback;
            }
            finally
            {
                _waits.TryRemove(key, out _);
            }
        }
    }

    private IPlaylistGrain Grain(Guid playlistId) => grains.GetGrain<IPlaylistGrain>(GrainKeys.Playlist(playlistId));
}
