namespace AudioOrleans.Grains.Interfaces.Uploads;

/// <summary>Lists of uploads. Stateless; key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.IUploadCatalogGrain")]
public interface IUploadCatalogGrain : IGrainWithStringKey
{
    /// <summary>An account's uploads, newest first; those of all accounts for an admin.</summary>
    /// <exception cref="AudioException">Invalid: the cursor does not belong to this list.</exception>
    [Alias("List")]
    Task<Page<UploadDetails>> List(Caller caller, PageRequest page);
}
