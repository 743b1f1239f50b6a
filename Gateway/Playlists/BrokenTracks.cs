using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Playlists;

namespace Audio.Orleans.Gateway.Playlists;

/// <summary>Tells playlists of tracks whose files are gone: they leave them out from then on, and show why.</summary>
public sealed class BrokenTracks(PlaylistGate gate, IGrainFactory grains, ILogger<BrokenTracks> logger)
{
    /// <summary>A track of a playlist could not be sent: its file is not in the store.</summary>
    public async Task ReportAsync(Guid playlistId, Guid trackId)
    {
        logger.LogError("Track {TrackId} of playlist {PlaylistId} is skipped: its file is not in the store", trackId, playlistId);
        try
        {
            await grains.GetGrain<IPlaylistBuildGrain>(GrainKeys.Playlist(playlistId)).ReportBroken(trackId);
            gate.Forget(playlistId);
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogWarning(exception, "Playlist {PlaylistId} could not be told of its broken track", playlistId);
        }
    }
}
