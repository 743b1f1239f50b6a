using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;

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

/// <summary>One playlist, for the jobs that build it. Key: <see cref="GrainKeys.Playlist"/>.</summary>
[Alias("audio.IPlaylistBuildGrain")]
public interface IPlaylistBuildGrain : IGrainWithStringKey
{
    /// <summary>What a job has to build; null if there is nothing left to do.</summary>
    [Alias("FindWork"), ReadOnly]
    Task<PlaylistWork?> FindWork(Guid jobId);

    /// <summary>The track whose MP3 a job has to create; null if there is nothing left to do.</summary>
    [Alias("FindMatch"), ReadOnly]
    Task<TrackToTranscode?> FindTranscode(Guid jobId);

    /// <summary>
    /// Records the HLS playlist. Completes the job in the same transaction; if tracks have another format than the playlist, a
    /// job for the first of them is started.
    /// </summary>
    /// <param name="run">The run that reports it.</param>
    /// <param name="manifestKey">The object's key.</param>
    /// <returns>False if the run no longer holds the job, or the playlist has changed; nothing was changed then.</returns>
    [Alias("FinishHls")]
    Task<bool> FinishHls(JobRunId run, string manifestKey);

    /// <summary>Records the MP3 of a track. Completes the job in the same transaction and starts that of the next track.</summary>
    /// <param name="run">The run that reports it.</param>
    /// <param name="sourceKey">The track's original MP3.</param>
    /// <param name="mp3">Its MP3 in the playlist's format.</param>
    /// <returns>See <see cref="FinishHls"/>.</returns>
    [Alias("FinishMp3")]
    Task<bool> FinishMp3(JobRunId run, string sourceKey, Mp3Source mp3);

    /// <summary>The two tracks that a job has to join; null if there is nothing left to do.</summary>
    [Alias("FindJoin"), ReadOnly]
    Task<TracksToJoin?> FindJoin(Guid jobId);

    /// <summary>
    /// Records a join of two tracks, or that they are played without one. Completes the job in the same transaction; then the next two
    /// follow, or the playback manifest is rebuilt with the results.
    /// </summary>
    /// <param name="run">The run that reports it.</param>
    /// <param name="join">The result.</param>
    /// <returns>See <see cref="FinishHls"/>.</returns>
    [Alias("FinishJoin")]
    Task<bool> FinishJoin(JobRunId run, TrackJoin join);

    /// <summary>Two tracks cannot be joined: they are played without a join, and the next two follow.</summary>
    [Alias("AbandonJoin")]
    Task AbandonJoin(Guid jobId);

    /// <summary>The playlist cannot be built now. The build is retried when somebody next listens.</summary>
    [Alias("GiveUp")]
    Task Abandon(Guid jobId);
}

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

/// <summary>Lists of playlists, and their play counts. Stateless; key: <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.IPlaylistCatalogGrain")]
public interface IPlaylistCatalogGrain : IGrainWithStringKey
{
    /// <summary>Public playlists and the caller's own, newest first; all of them for an admin.</summary>
    /// <exception cref="AudioException">Invalid: the cursor does not belong to this list.</exception>
    [Alias("List")]
    Task<Page<PlaylistDetails>> List(Caller caller, PageRequest page, bool ownOnly);

    /// <summary>The total number of plays of a playlist.</summary>
    [Alias("GetPlays")]
    Task<long> GetPlays(Guid playlistId);

    /// <summary>Adds plays to a day's counts. Each batch is counted once.</summary>
    /// <param name="batchId">The batch's id.</param>
    /// <param name="plays">The plays of each playlist.</param>
    [Alias("CountPlays")]
    Task CountPlays(Guid batchId, ImmutableArray<PlaylistPlays> plays);
}

/// <summary>The plays of a playlist.</summary>
/// <param name="PlaylistId">The playlist.</param>
/// <param name="Count">How many sessions started.</param>
[GenerateSerializer, Immutable, Alias("audio.playlists.plays")]
public sealed record PlaylistPlays([property: Id(0)] Guid PlaylistId, [property: Id(1)] int Count);

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

/// <summary>An external address, for the jobs that fetch it. Key: <see cref="GrainKeys.External"/>.</summary>
[Alias("audio.IExternalFetchGrain")]
public interface IExternalFetchGrain : IGrainWithStringKey
{
    /// <summary>What a run of a job has to fetch, and where to store it; null if there is nothing left to do.</summary>
    [Alias("FindWork"), ReadOnly]
    Task<ExternalWork?> FindWork(JobRunId run);

    /// <summary>Records the fetched audio. Completes the job in the same transaction.</summary>
    /// <returns>False if the run no longer holds the job; nothing was changed then.</returns>
    [Alias("Finish")]
    Task<bool> Finish(JobRunId run, ExternalFetched fetched);

    /// <summary>Records that the address cannot be fetched.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="isFinal">Whether the content is unusable; otherwise the server did not respond, and the previous audio stays in use.</param>
    [Alias("Fail")]
    Task Fail(Guid jobId, string reason, bool isFinal);
}
