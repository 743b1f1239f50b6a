using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Uploads;

/// <summary>One uploaded file, for the jobs that process it. Key: <see cref="GrainKeys.Upload"/>.</summary>
[Alias("audio.IUploadJobsGrain")]
public interface IUploadJobsGrain : IGrainWithStringKey
{
    /// <summary>What a job has to do; null if there is nothing left to do.</summary>
    [Alias("FindWork"), ReadOnly]
    Task<UploadWork?> FindWork(Guid jobId);

    /// <summary>Records the progress of a job, in percent.</summary>
    [Alias("Report")]
    Task Report(Guid jobId, int percent);

    /// <summary>Records the prepared file. Completes the job in the same transaction.</summary>
    /// <returns>False if the run no longer holds the job, or the upload is gone; nothing was changed then.</returns>
    [Alias("Finish")]
    Task<bool> Finish(JobRunId run, MediaAsset prepared);

    /// <summary>Records the loudness and the waveform. Completes the job in the same transaction.</summary>
    /// <param name="run">The run that reports it.</param>
    /// <param name="loudnessLufs">In LUFS; null for silence.</param>
    /// <returns>See <see cref="Finish"/>.</returns>
    [Alias("FinishAnalysis")]
    Task<bool> FinishAnalysis(JobRunId run, double? loudnessLufs);

    /// <summary>Records that a job has failed for good.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="reason">A sentence for the owner.</param>
    [Alias("Fail")]
    Task Fail(Guid jobId, string reason);
}
