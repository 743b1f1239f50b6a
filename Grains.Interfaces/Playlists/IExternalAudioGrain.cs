namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>An external address, fetched once for all playlists. Key: <see cref="GrainKeys.External"/>.</summary>
[Alias("audio.IExternalAudioGrain")]
public interface IExternalAudioGrain : IGrainWithStringKey
{
    /// <summary>The state of the address. Starts a fetch if it was never fetched or is stale; the playlists that use it are notified of the result.</summary>
    /// <param name="url">The address.</param>
    [Alias("Request")]
    Task<ExternalAudio> RequestAudio(Secret url);

    /// <summary>Its audio is missing from the store or unreadable: fetches it again after a while. Does nothing if it was refetched in the meantime.</summary>
    /// <param name="playlistKey">The media playlist of the unreadable audio.</param>
    [Alias("ReportUnreadable")]
    Task ReportUnreadable(string playlistKey);

    /// <summary>The state of the address.</summary>
    [Alias("GetAudio"), ReadOnly]
    Task<ExternalAudio> GetAudio();

    /// <summary>Deletes it if nobody has requested it for long.</summary>
    [Alias("Expire")]
    Task Expire();
}
