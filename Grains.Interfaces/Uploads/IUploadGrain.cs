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
