using AudioOrleans.Grains.Interfaces.Access;

namespace AudioOrleans.Grains.Interfaces.Playlists;

/// <summary>One playlist, for its owner and for listeners. Key: <see cref="GrainKeys.Playlist"/>.</summary>
[Alias("audio.IPlaylistGrain")]
public interface IPlaylistGrain : IGrainWithStringKey
{
    /// <summary>Makes it; addresses outside are looked at first.</summary>
    [Alias("Create"), ResponseTimeout(ResponseTimes.Slow)]
    Task<PlaylistOutcome> Create(CreatePlaylist command);

    /// <summary>What it is.</summary>
    /// <exception cref="AudioException">NotFound.</exception>
    [Alias("Get"), ReadOnly]
    Task<PlaylistDetails> Get(Caller caller);

    /// <summary>Changes it; new addresses outside are looked at first.</summary>
    /// <exception cref="AudioException">NotFound, Forbidden, or Stale.</exception>
    [Alias("Update"), ResponseTimeout(ResponseTimes.Slow)]
    Task<PlaylistOutcome> Update(Caller caller, PlaylistPatch patch);

    /// <summary>Invites these and nobody else, each the id of an account or an e-mail address.</summary>
    /// <returns>What is wrong with one of them; null when nothing is.</returns>
    /// <exception cref="AudioException">NotFound, or Forbidden for others than the owner.</exception>
    [Alias("Invite")]
    Task<FieldProblem?> Invite(Caller caller, ImmutableArray<string> commands);

    /// <summary>Who is invited.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden for others than the owner.</exception>
    [Alias("GetInvited"), ReadOnly]
    Task<Invitations> GetInvited(Caller caller);

    /// <summary>Forgets it; its uploads stay.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden.</exception>
    [Alias("Delete")]
    Task Delete(Caller caller);

    /// <summary>What there is to hear; null when there is no such playlist, or its owner's account is disabled.</summary>
    [Alias("FindProgramme"), ReadOnly]
    Task<PlaybackManifest?> FindPlaybackManifest();

    /// <summary>Waits until there is something else to hear than the caller knows of, but no longer than ten seconds.</summary>
    /// <param name="knownStamp">The stamp of the answer that the caller has.</param>
    [Alias("WaitForPlaybackManifest"), AlwaysInterleave]
    Task<PlaybackManifest?> WaitForPlaybackManifest(string knownStamp);
}
