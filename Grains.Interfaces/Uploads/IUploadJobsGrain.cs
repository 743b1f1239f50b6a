using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Uploads;

/// <summary>One uploaded file, for those who work on it. Key: <see cref="GrainKeys.Upload"/>.</summary>
[Alias("audio.IUploadJobsGrain")]
public interface IUploadJobsGrain : IGrainWithStringKey
{
    /// <summary>What a job is to do; null when there is nothing to do any more.</summary>
    [Alias("FindWork"), ReadOnly]
    Task<UploadWork?> FindWork(Guid jobId);

    /// <summary>How far a job is, in percent.</summary>
    [Alias("Report")]
    Task Report(Guid jobId, int percent);

    /// <summary>The file is prepared. The job ends with that, in the same transaction.</summary>
    /// <returns>False when the run does not hold the job any more, or the upload is gone: then nothing was changed.</returns>
    [Alias("Finish")]
    Task<bool> Finish(JobRunId run, MediaAsset prepared);

    /// <summary>Its loudness is measured and its waveform drawn. The job ends with that, in the same transaction.</summary>
    /// <param name="run">Who says so.</param>
    /// <param name="loudnessLufs">In LUFS; null for silence.</param>
    /// <returns>See <see cref="Finish"/>.</returns>
    [Alias("FinishAnalysis")]
    Task<bool> FinishAnalysis(JobRunId run, double? loudnessLufs);

    /// <summary>A job has failed for good.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="reason">A sentence for the owner.</param>
    [Alias("Fail")]
    Task Fail(Guid jobId, string reason);
}
