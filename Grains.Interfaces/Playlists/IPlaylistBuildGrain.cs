using Audio.Orleans.Contracts.Uploads;

namespace Audio.Orleans.Contracts.Playlists;

/// <summary>One playlist, for those who work on it. Key: <see cref="GrainKeys.Playlist"/>.</summary>
[Alias("audio.IPlaylistBuildGrain")]
public interface IPlaylistBuildGrain : IGrainWithStringKey
{
    /// <summary>What a job is to build; null when there is nothing to do any more.</summary>
    [Alias("FindWork"), ReadOnly]
    Task<PlaylistWork?> FindWork(Guid jobId);

    /// <summary>Its HLS playlist is built.</summary>
    [Alias("PublishHls")]
    Task PublishHls(Guid jobId, string manifestKey);

    /// <summary>The MP3 of one of its tracks is made.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="index">The track's place among those that are built, from 0.</param>
    /// <param name="mp3">Its MP3, in the playlist's format.</param>
    [Alias("PublishMp3")]
    Task PublishMp3(Guid jobId, int index, Mp3Source mp3);

    /// <summary>All of it is built. The job ends with that, in the same transaction.</summary>
    /// <param name="run">Who says so.</param>
    /// <param name="mp3s">The MP3 of each track that was to be built, in the playlist's format.</param>
    /// <returns>False when the run does not hold the job any more, or the playlist has changed: then nothing was changed.</returns>
    [Alias("Finish")]
    Task<bool> Finish(UploadJobRun run, ImmutableArray<Mp3Source> mp3s);

    /// <summary>It cannot be built now. When somebody wants to hear it later, that is tried again.</summary>
    [Alias("GiveUp")]
    Task GiveUp(Guid jobId);

    /// <summary>An address outside was fetched, or cannot be.</summary>
    [Alias("TakeExternal")]
    Task TakeExternal(string key, ExternalAudio audio);

    /// <summary>
    /// Objects are not in the store any more, or cannot be read. What the playlist had built is built anew; tracks are left out from
    /// now on. Objects that it does not use any more change nothing.
    /// </summary>
    /// <param name="keys">The objects.</param>
    [Alias("ReportUnreadable")]
    Task ReportUnreadable(ImmutableArray<string> keys);
}
