namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>One playlist, for those who look after its audio. Key: <see cref="GrainKeys.Playlist"/>.</summary>
[Alias("audio.IPlaylistAudioGrain")]
public interface IPlaylistAudioGrain : IGrainWithStringKey
{
    /// <summary>The objects of its own that it needs; null when there is no such playlist.</summary>
    [Alias("FindObjects"), ReadOnly]
    Task<PlaylistObjects?> FindObjects();

    /// <summary>An address outside was fetched, or cannot be; says whether it is still in the playlist.</summary>
    [Alias("TakeExternal")]
    Task<bool> TakeExternal(string key, ExternalAudio audio);

    /// <summary>
    /// Objects are not in the store any more, or cannot be read. What the playlist had built is built anew; tracks are left out from
    /// now on. Objects that it does not use any more change nothing.
    /// </summary>
    /// <param name="keys">The objects.</param>
    [Alias("ReportUnreadable")]
    Task ReportUnreadable(ImmutableArray<string> keys);
}
