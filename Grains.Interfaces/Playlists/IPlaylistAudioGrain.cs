namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>One playlist, for the code that maintains its audio. Key: <see cref="GrainKeys.Playlist"/>.</summary>
[Alias("audio.IPlaylistAudioGrain")]
public interface IPlaylistAudioGrain : IGrainWithStringKey
{
    /// <summary>The playlist's own objects that are in use; null if there is no such playlist.</summary>
    [Alias("FindObjects"), ReadOnly]
    Task<PlaylistObjects?> FindObjects();

    /// <summary>Records that an external address was fetched, or cannot be; returns whether it is still in the playlist.</summary>
    [Alias("TakeExternal")]
    Task<bool> TakeExternal(string key, ExternalAudio audio);

    /// <summary>
    /// Objects are missing from the store or unreadable. Objects built for the playlist are rebuilt; tracks are omitted from
    /// now on. Objects that are no longer in use are ignored.
    /// </summary>
    /// <param name="keys">The objects.</param>
    [Alias("ReportUnreadable")]
    Task ReportUnreadable(ImmutableArray<string> keys);
}
