using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Playlists;
using Audio.Orleans.Gateway.Media;

namespace Audio.Orleans.Gateway.Playlists;

/// <summary>Who may hear which playlist, and what there is to hear.</summary>
public sealed class PlaylistGate(IGrainFactory grains, TimeProvider time) : RefreshingCache<PlaylistProgramme>(time)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    /// <summary>Waits until a programme is as wanted, or for 20 seconds: tracks are fetched and built meanwhile.</summary>
    /// <param name="playlistId">The playlist.</param>
    /// <param name="isWanted">Whether it is.</param>
    /// <param name="limit">How long to wait, where that is not 20 seconds.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The programme, as wanted or not; null when the playlist is gone.</returns>
    public async Task<PlaylistProgramme?> WaitAsync(Guid playlistId, Func<PlaylistProgramme, bool> isWanted, TimeSpan? limit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(isWanted);
        for (var start = Time.GetTimestamp(); ;)
        {
            var programme = await FindAsync(playlistId);
            if (programme is null || isWanted(programme) || Time.GetElapsedTime(start) >= (limit ?? LongestWait))
                return programme;
            await Task.Delay(Pause, Time, cancellationToken);
            Forget(playlistId, Pause / 2);
        }
    }

    /// <inheritdoc/>
    protected override Task<PlaylistProgramme?> AskAsync(Guid id) => grains.GetGrain<IPlaylistGrain>(GrainKeys.Playlist(id)).FindProgramme();
}
