using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>One playlist, for the jobs that build it. Key: <see cref="GrainKeys.Playlist"/>.</summary>
[Alias("audio.IPlaylistBuildGrain")]
public interface IPlaylistBuildGrain : IGrainWithStringKey
{
    /// <summary>What a job is to build; null when there is nothing to do any more.</summary>
    [Alias("FindWork"), ReadOnly]
    Task<PlaylistWork?> FindWork(Guid jobId);

    /// <summary>The track whose MP3 a job is to make; null when there is nothing to do any more.</summary>
    [Alias("FindMatch"), ReadOnly]
    Task<TrackToTranscode?> FindTranscode(Guid jobId);

    /// <summary>
    /// Its HLS playlist is built. The job ends with that, in the same transaction; where tracks have another format than the playlist, a
    /// job for the first of them begins.
    /// </summary>
    /// <param name="run">Who says so.</param>
    /// <param name="manifestKey">The object.</param>
    /// <returns>False when the run does not hold the job any more, or the playlist has changed: then nothing was changed.</returns>
    [Alias("FinishHls")]
    Task<bool> FinishHls(JobRunId run, string manifestKey);

    /// <summary>The MP3 of a track is made. The job ends with that, in the same transaction, and that of the next track begins.</summary>
    /// <param name="run">Who says so.</param>
    /// <param name="sourceKey">The track's MP3 as it is.</param>
    /// <param name="mp3">Its MP3 in the playlist's format.</param>
    /// <returns>The same.</returns>
    [Alias("FinishMp3")]
    Task<bool> FinishMp3(JobRunId run, string sourceKey, Mp3Source mp3);

    /// <summary>The two tracks that a job is to join; null when there is nothing to do any more.</summary>
    [Alias("FindJoin"), ReadOnly]
    Task<TracksToJoin?> FindJoin(Guid jobId);

    /// <summary>
    /// Two tracks are joined, or stand side by side. The job ends with that, in the same transaction; the next two follow, or what is sent
    /// is built anew with what was made.
    /// </summary>
    /// <param name="run">Who says so.</param>
    /// <param name="join">What came of it.</param>
    /// <returns>The same.</returns>
    [Alias("FinishJoin")]
    Task<bool> FinishJoin(JobRunId run, TrackJoin join);

    /// <summary>Two tracks cannot be joined: they stand side by side, and the next two follow.</summary>
    [Alias("AbandonJoin")]
    Task AbandonJoin(Guid jobId);

    /// <summary>It cannot be built now. When somebody wants to hear it later, that is tried again.</summary>
    [Alias("GiveUp")]
    Task Abandon(Guid jobId);
}
