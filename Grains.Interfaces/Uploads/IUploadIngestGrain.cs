namespace AudioOrleans.Grains.Interfaces.Uploads;

/// <summary>One uploaded file while its bytes are coming. Key: <see cref="GrainKeys.Upload"/>.</summary>
[Alias("audio.IUploadIntakeGrain")]
public interface IUploadIngestGrain : IGrainWithStringKey
{
    /// <summary>Begins it, and keeps room for it in the account.</summary>
    [Alias("Begin")]
    Task<UploadOutcome> Begin(BeginUpload command);

    /// <summary>How far it has come.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden for other accounts.</exception>
    [Alias("GetArrival"), ReadOnly]
    Task<UploadArrival> GetArrival(Caller caller);

    /// <summary>A part of it is in the store.</summary>
    /// <param name="caller">Its owner.</param>
    /// <param name="partId">The part.</param>
    /// <param name="offset">Where it begins.</param>
    /// <param name="length">How many bytes it has.</param>
    /// <returns>How far the upload has come.</returns>
    /// <exception cref="AudioException">NotFound, Forbidden, or Conflict when that is not where the last part ended.</exception>
    [Alias("Append")]
    Task<UploadArrival> Append(Caller caller, Guid partId, long offset, long length);

    /// <summary>How long it is, where that was deferred; keeps room for it in the account. Saying so again changes nothing.</summary>
    /// <exception cref="AudioException">NotFound, Forbidden, or Invalid: it has another length, or cannot have this one.</exception>
    [Alias("SetLength")]
    Task<UploadArrival> SetLength(Caller caller, long length);

    /// <summary>All of it is in the store: from now on it is prepared. Saying so again changes nothing. A final upload takes its partial ones' place.</summary>
    /// <exception cref="AudioException">
    /// NotFound, Forbidden for other accounts, or Conflict when another attempt was accepted, or its partial uploads are gone or in another one.
    /// </exception>
    [Alias("Accept")]
    Task<UploadDetails> Accept(Caller caller, UploadReceived received);

    /// <summary>It will not come, or is refused: forgets it and deletes what is there. Nothing happens once it was accepted.</summary>
    /// <returns>Whether there is no such upload any more.</returns>
    [Alias("Abandon")]
    Task<bool> Abandon();

    /// <summary>Abandons it if its time is over.</summary>
    [Alias("Expire")]
    Task Expire();
}
