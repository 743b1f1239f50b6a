using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;

namespace AudioOrleans.Grains.Interfaces.Uploads;

/// <summary>One uploaded file, for its owner. Key: <see cref="GrainKeys.Upload"/>.</summary>
[Alias("audio.IUploadGrain")]
public interface IUploadGrain : IGrainWithStringKey
{
    /// <summary>The upload's details.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden for other accounts.</exception>
    [Alias("Get"), ReadOnly]
    Task<UploadDetails> Get(Caller caller);

    /// <summary>The object keys of its files; null if there is no such upload, or it is still being received.</summary>
    [Alias("FindMedia"), ReadOnly]
    Task<UploadMedia?> FindMedia();

    /// <summary>Deletes it and its files.</summary>
    /// <exception cref="AudioException">NotFound, Forbidden, or Conflict while something uses it.</exception>
    [Alias("Delete")]
    Task Delete(Caller caller);
}

/// <summary>One uploaded file while it is being received. Key: <see cref="GrainKeys.Upload"/>.</summary>
[Alias("audio.IUploadIntakeGrain")]
public interface IUploadIngestGrain : IGrainWithStringKey
{
    /// <summary>Starts the upload, and reserves space for it in the account's quota.</summary>
    [Alias("Begin")]
    Task<UploadOutcome> Begin(BeginUpload command);

    /// <summary>How much has been received.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden for other accounts.</exception>
    [Alias("GetArrival"), ReadOnly]
    Task<UploadArrival> GetArrival(Caller caller);

    /// <summary>Records a part that is in the store.</summary>
    /// <param name="caller">Its owner.</param>
    /// <param name="partId">The part.</param>
    /// <param name="offset">Its start, in bytes.</param>
    /// <param name="length">Its length in bytes.</param>
    /// <returns>How much has been received.</returns>
    /// <exception cref="AudioException">NotFound, Forbidden, or Conflict if the part does not start where the last one ended.</exception>
    [Alias("Append")]
    Task<UploadArrival> Append(Caller caller, Guid partId, long offset, long length);

    /// <summary>Sets a deferred length, and reserves space for it in the account's quota. Idempotent.</summary>
    /// <exception cref="AudioException">NotFound, Forbidden, or Invalid: it has another length, or cannot have this one.</exception>
    [Alias("SetLength")]
    Task<UploadArrival> SetLength(Caller caller, long length);

    /// <summary>Records that all of it is in the store, and starts its preparation. Idempotent. A final upload replaces its partial uploads.</summary>
    /// <exception cref="AudioException">
    /// NotFound, Forbidden for other accounts, or Conflict if another attempt was accepted, or its partial uploads are gone or used by another.
    /// </exception>
    [Alias("Accept")]
    Task<UploadDetails> Accept(Caller caller, UploadReceived received);

    /// <summary>The upload was aborted or rejected: deletes it and its objects. Does nothing once it was accepted.</summary>
    /// <returns>Whether the upload is gone.</returns>
    [Alias("Abandon")]
    Task<bool> Abandon();

    /// <summary>Abandons it if it has expired.</summary>
    [Alias("Expire")]
    Task Expire();
}

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

/// <summary>Lists of uploads. Stateless; key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.IUploadCatalogGrain")]
public interface IUploadCatalogGrain : IGrainWithStringKey
{
    /// <summary>An account's uploads, newest first; those of all accounts for an admin.</summary>
    /// <exception cref="AudioException">Invalid: the cursor does not belong to this list.</exception>
    [Alias("List")]
    Task<Page<UploadDetails>> List(Caller caller, PageRequest page);
}
