using AudioOrleans.Grains.Interfaces.Jobs;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>An address outside, for those who fetch it. Key: <see cref="GrainKeys.External"/>.</summary>
[Alias("audio.IExternalFetchGrain")]
public interface IExternalFetchGrain : IGrainWithStringKey
{
    /// <summary>What a run of a job is to fetch, and where to; null when there is nothing to do any more.</summary>
    [Alias("FindWork"), ReadOnly]
    Task<ExternalWork?> FindWork(JobRunId run);

    /// <summary>It was fetched. The job ends with that, in the same transaction.</summary>
    /// <returns>False when the run does not hold the job any more: then nothing was changed.</returns>
    [Alias("Finish")]
    Task<bool> Finish(JobRunId run, ExternalFetched fetched);

    /// <summary>It cannot be fetched.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="isFinal">What the address gives is of no use; otherwise it did not answer, and what it gave before is heard on.</param>
    [Alias("Fail")]
    Task Fail(Guid jobId, string reason, bool isFinal);
}
