using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;

namespace AudioOrleans.Gateway.Playlists;

/// <summary>Reports missing files to playlists, which then leave out those tracks and show the reason.</summary>
public sealed class BrokenTracks(PlaylistAccessCache accessCache, IGrainFactory grains, ILogger<BrokenTracks> logger)
{
    /// <summary>Reports tracks of a playlist that could not be sent because their files are not in the store.</summary>
    public Task ReportAsync(Guid playlistId, IReadOnlyCollection<(Guid TrackId, string Key)> tracks)
    {
        foreach (var (trackId, _) in tracks)
            logger.LogError("Track {TrackId} of playlist {PlaylistId} is skipped: its file is not in the store", trackId, playlistId);
        return tracks.Count == 0 ? Task.CompletedTask : NotifyAsync(playlistId, [.. tracks.Select(track => track.Key)]);
    }

    /// <summary>Reports that a playlist's manifest is not in the store.</summary>
    public Task ReportManifestAsync(Guid playlistId, string key)
    {
        logger.LogError("The manifest of playlist {PlaylistId} is not in the store; it is rebuilt", playlistId);
        return NotifyAsync(playlistId, [key]);
    }

    private async Task NotifyAsync(Guid playlistId, ImmutableArray<string> keys)
    {
        try
        {
            await grains.GetGrain<IPlaylistAudioGrain>(GrainKeys.Playlist(playlistId)).ReportUnreadable(keys);
            accessCache.Forget(playlistId);
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogWarning(exception, "Playlist {PlaylistId} could not be notified of its broken track", playlistId);
        }
    }
}
