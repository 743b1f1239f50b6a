using AudioOrleans.Gateway.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>Who may hear which playlist, and what there is to hear.</summary>
public sealed class PlaylistAccessCache(IGrainFactory grains, TimeProvider time) : RefreshingCache<PlaybackManifest>(time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>Waits until a playback manifest is as wanted, or for 20 seconds: tracks are fetched and built meanwhile.</summary>
    /// <param name="playlistId">The playlist.</param>
    /// <param name="isWanted">Whether it is.</param>
    /// <param name="limit">How long to wait, where that is not 20 seconds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The playback manifest, as wanted or not; null when the playlist is gone.</returns>
    public async Task<PlaybackManifest?> WaitAsync(Guid playlistId, Func<PlaybackManifest, bool> isWanted, TimeSpan? limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(isWanted);
        for (var start = Time.GetTimestamp(); ;)
        {
            var playback = await FindAsync(playlistId);
            if (playback is null || isWanted(playback) || Time.GetElapsedTime(start) >= (limit ?? LongestWait))
                return playback;
            await Task.Delay(Pause, Time, cancellationToken);
            Forget(playlistId, Pause / 2);
        }
    }

    /// <inheritdoc/>
    protected override Task<PlaybackManifest?> AskAsync(Guid id) => grains.GetGrain<IPlaylistGrain>(GrainKeys.Playlist(id)).FindPlaybackManifest();
}
