namespace AudioOrleans.Grains.Interfaces.Uploads;

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
