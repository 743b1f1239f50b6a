using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>One playlist, for the jobs that build it. Key: <see cref="GrainKeys.Playlist"/>.</summary>
[Alias("audio.IPlaylistBuildGrain")]
public interface IPlaylistBuildGrain : IGrainWithStringKey
{
    /// <summary>What a job has to build; null if there is nothing left to do.</summary>
    [Alias("FindWork"), ReadOnly]
    Task<PlaylistWork?> FindWork(Guid jobId);

    /// <summary>The track whose MP3 a job has to create; null if there is nothing left to do.</summary>
    [Alias("FindMatch"), ReadOnly]
    Task<TrackToTranscode?> FindTranscode(Guid jobId);

    /// <summary>
    /// Records the HLS playlist. Completes the job in the same transaction; if tracks have another format than the playlist, a
    /// job for the first of them is started.
    /// </summary>
    /// <param name="run">The run that reports it.</param>
    /// <param name="manifestKey">The object's key.</param>
    /// <returns>False if the run no longer holds the job, or the playlist has changed; nothing was changed then.</returns>
    [Alias("FinishHls")]
    Task<bool> FinishHls(JobRunId run, string manifestKey);

    /// <summary>Records the MP3 of a track. Completes the job in the same transaction and starts that of the next track.</summary>
    /// <param name="run">The run that reports it.</param>
    /// <param name="sourceKey">The track's original MP3.</param>
    /// <param name="mp3">Its MP3 in the playlist's format.</param>
    /// <returns>See <see cref="FinishHls"/>.</returns>
    [Alias("FinishMp3")]
    Task<bool> FinishMp3(JobRunId run, string sourceKey, Mp3Source mp3);

    /// <summary>The two tracks that a job has to join; null if there is nothing left to do.</summary>
    [Alias("FindJoin"), ReadOnly]
    Task<TracksToJoin?> FindJoin(Guid jobId);

    /// <summary>
    /// Records a join of two tracks, or that they are played without one. Completes the job in the same transaction; then the next two
    /// follow, or the playback manifest is rebuilt with the results.
    /// </summary>
    /// <param name="run">The run that reports it.</param>
    /// <param name="join">The result.</param>
    /// <returns>See <see cref="FinishHls"/>.</returns>
    [Alias("FinishJoin")]
    Task<bool> FinishJoin(JobRunId run, TrackJoin join);

    /// <summary>Two tracks cannot be joined: they are played without a join, and the next two follow.</summary>
    [Alias("AbandonJoin")]
    Task AbandonJoin(Guid jobId);

    /// <summary>The playlist cannot be built now. The build is retried when somebody next listens.</summary>
    [Alias("GiveUp")]
    Task Abandon(Guid jobId);
}
