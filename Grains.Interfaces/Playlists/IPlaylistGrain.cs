using AudioOrleans.Grains.Interfaces.Access;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>One playlist, for its owner and for listeners. Key: <see cref="GrainKeys.Playlist"/>.</summary>
[Alias("audio.IPlaylistGrain")]
public interface IPlaylistGrain : IGrainWithStringKey
{
    /// <summary>Creates the playlist; new external addresses are probed first.</summary>
    [Alias("Create"), ResponseTimeout(ResponseTimes.Slow)]
    Task<PlaylistOutcome> Create(CreatePlaylist command);

    /// <summary>The playlist.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [Alias("Get"), ReadOnly]
    Task<PlaylistDetails> Get(Caller caller);

    /// <summary>Changes the playlist; new external addresses are probed first.</summary>
    /// <exception cref="AudioException">NotFound, Forbidden, or Stale.</exception>
    [Alias("Update"), ResponseTimeout(ResponseTimes.Slow)]
    Task<PlaylistOutcome> Update(Caller caller, PlaylistPatch patch);

    /// <summary>Replaces the invitations; each is the id of an account or an e-mail address.</summary>
    /// <returns>The problem with one of them; null if all are valid.</returns>
    /// <exception cref="AudioException">NotFound, or Forbidden for anyone but the owner.</exception>
    [Alias("Invite")]
    Task<FieldProblem?> Invite(Caller caller, ImmutableArray<string> commands);

    /// <summary>The invitations.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden for anyone but the owner.</exception>
    [Alias("GetInvited"), ReadOnly]
    Task<Invitations> GetInvited(Caller caller);

    /// <summary>Deletes the playlist; its uploads stay.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden.</exception>
    [Alias("Delete")]
    Task Delete(Caller caller);

    /// <summary>The playback manifest; null if there is no such playlist, or its owner's account is disabled.</summary>
    [Alias("FindProgramme"), ReadOnly]
    Task<PlaybackManifest?> FindPlaybackManifest();

    /// <summary>Waits up to ten seconds for a playback manifest other than the caller's.</summary>
    /// <param name="knownStamp">The stamp of the manifest that the caller has.</param>
    [Alias("WaitForPlaybackManifest"), AlwaysInterleave]
    Task<PlaybackManifest?> WaitForPlaybackManifest(string knownStamp);
}
