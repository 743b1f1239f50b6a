namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>An address outside, fetched once for all playlists. Key: <see cref="GrainKeys.External"/>.</summary>
[Alias("audio.IExternalAudioGrain")]
public interface IExternalAudioGrain : IGrainWithStringKey
{
    /// <summary>What is known of it. Has it fetched where that is nothing, or is too old; the playlists that have it are told what came of that.</summary>
    /// <param name="url">The address.</param>
    [Alias("Request")]
    Task<ExternalAudio> RequestAudio(Secret url);

    /// <summary>What it gave is not in the store any more, or cannot be read: it is fetched anew after a while. Nothing happens when it has given something else since.</summary>
    /// <param name="playlistKey">The media playlist of what is unreadable.</param>
    [Alias("ReportUnreadable")]
    Task ReportUnreadable(string playlistKey);

    /// <summary>What is known of it.</summary>
    [Alias("GetAudio"), ReadOnly]
    Task<ExternalAudio> GetAudio();

    /// <summary>Forgets it if nobody has wanted it for long.</summary>
    [Alias("Expire")]
    Task Expire();
}
