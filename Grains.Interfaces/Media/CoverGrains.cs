using AudioOrleans.Grains.Interfaces.Jobs;

namespace AudioOrleans.Grains.Interfaces.Media;

/// <summary>A stream, a playlist, a podcast with its episodes, or an upload, for its cover. See <see cref="CoverKeys.Covered"/>.</summary>
/// <remarks>In each call, the episode is null for the cover of the noun itself.</remarks>
[Alias("audio.media.ICoveredGrain")]
public interface ICoveredGrain : IGrainWithStringKey
{
    /// <summary>The cover; null if there is no such noun or episode.</summary>
    [Alias("FindCover"), AlwaysInterleave]
    Task<CoverDetails?> FindCover(Guid? episodeId);

    /// <summary>Waits up to ten seconds while the pictures of a version are made; then as <see cref="FindCover"/>.</summary>
    [Alias("WaitForCover"), AlwaysInterleave]
    Task<CoverDetails?> WaitForCover(Guid? episodeId, Guid version);

    /// <summary>Starts a job that makes the pictures of a file that is in the object store; until it has, the cover stays.</summary>
    /// <param name="caller">Who sent it.</param>
    /// <param name="episodeId">The episode; null for the noun itself.</param>
    /// <param name="version">The version that it was stored under (<see cref="CoverKeys.Original"/>).</param>
    /// <exception cref="AudioException">NotFound, or Forbidden.</exception>
    [Alias("ReplaceCover")]
    Task ReplaceCover(Caller caller, Guid? episodeId, Guid version);

    /// <summary>Removes the cover, and the next one if it is pending.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden.</exception>
    [Alias("RemoveCover")]
    Task RemoveCover(Caller caller, Guid? episodeId);

    /// <summary>Records the pictures that a job has made, or why it cannot. Completes the job in the same transaction.</summary>
    /// <returns>False if the run no longer holds the job, or the cover was removed or replaced; nothing was changed then.</returns>
    [Alias("FinishCover")]
    Task<bool> FinishCover(JobRunId run, Guid? episodeId, Cover? made, CoverProblem? problem);

    /// <summary>Records that a job has failed for good.</summary>
    [Alias("FailCover")]
    Task FailCover(Guid? episodeId, Guid version, CoverProblem problem);
}
