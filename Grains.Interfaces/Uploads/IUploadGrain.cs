namespace AudioOrleans.Grains.Interfaces.Uploads;

/// <summary>One uploaded file, for its owner. Key: <see cref="GrainKeys.Upload"/>.</summary>
[Alias("audio.IUploadGrain")]
public interface IUploadGrain : IGrainWithStringKey
{
    /// <summary>What is known of it.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden for other accounts.</exception>
    [Alias("Get"), ReadOnly]
    Task<UploadDetails> Get(Caller caller);

    /// <summary>Where its files lie; null when there is no such upload, or its bytes are still coming.</summary>
    [Alias("FindMedia"), ReadOnly]
    Task<UploadMedia?> FindMedia();

    /// <summary>Forgets it and deletes its files.</summary>
    /// <exception cref="AudioException">NotFound, Forbidden, or Conflict while something uses it.</exception>
    [Alias("Delete")]
    Task Delete(Caller caller);
}
