using AudioOrleans.Grains.Interfaces.Jobs;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>An external address, for the jobs that fetch it. Key: <see cref="GrainKeys.External"/>.</summary>
[Alias("audio.IExternalFetchGrain")]
public interface IExternalFetchGrain : IGrainWithStringKey
{
    /// <summary>What a run of a job has to fetch, and where to store it; null if there is nothing left to do.</summary>
    [Alias("FindWork"), ReadOnly]
    Task<ExternalWork?> FindWork(JobRunId run);

    /// <summary>Records the fetched audio. Completes the job in the same transaction.</summary>
    /// <returns>False if the run no longer holds the job; nothing was changed then.</returns>
    [Alias("Finish")]
    Task<bool> Finish(JobRunId run, ExternalFetched fetched);

    /// <summary>Records that the address cannot be fetched.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="isFinal">Whether the content is unusable; otherwise the server did not respond, and the previous audio stays in use.</param>
    [Alias("Fail")]
    Task Fail(Guid jobId, string reason, bool isFinal);
}
