using Audio.Orleans.Contracts.Uploads;

namespace Audio.Orleans.Contracts.Playlists;

/// <summary>An address outside, fetched once for all playlists. Key: <see cref="GrainKeys.External"/>.</summary>
[Alias("audio.IExternalAudioGrain")]
public interface IExternalAudioGrain : IGrainWithStringKey
{
    /// <summary>What is known of it. Has it fetched where that is nothing, or is too old; the playlist is told what came of that.</summary>
    /// <param name="url">The address.</param>
    /// <param name="playlistKey">Who wants it.</param>
    [Alias("Want")]
    Task<ExternalAudio> Want(Secret url, string playlistKey);

    /// <summary>What a run of a job is to fetch, and where to; null when there is nothing to do any more.</summary>
    [Alias("FindWork"), ReadOnly]
    Task<ExternalWork?> FindWork(UploadJobRun run);

    /// <summary>It was fetched. The job ends with that, in the same transaction.</summary>
    /// <returns>False when the run does not hold the job any more: then nothing was changed.</returns>
    [Alias("Finish")]
    Task<bool> Finish(UploadJobRun run, ExternalFetched fetched);

    /// <summary>It cannot be fetched.</summary>
    /// <param name="jobId">The job.</param>
    /// <param name="reason">Why, as a sentence.</param>
    /// <param name="isFinal">What the address gives is of no use; otherwise it did not answer, and what it gave before is heard on.</param>
    [Alias("Fail")]
    Task Fail(Guid jobId, string reason, bool isFinal);

    /// <summary>What it gave is not in the store any more, or cannot be read: it is fetched anew after a while. Nothing happens when it has given something else since.</summary>
    /// <param name="playlistKey">The media playlist of what is unreadable.</param>
    [Alias("ReportUnreadable")]
    Task ReportUnreadable(string playlistKey);

    /// <summary>The keys of the playlists that want it.</summary>
    [Alias("GetWantedBy"), ReadOnly]
    Task<ImmutableArray<string>> GetWantedBy();

    /// <summary>Playlists do not have it any more.</summary>
    [Alias("Release")]
    Task Release(ImmutableArray<string> playlistKeys);

    /// <summary>What is known of it.</summary>
    [Alias("GetAudio"), ReadOnly]
    Task<ExternalAudio> GetAudio();

    /// <summary>Forgets it if nobody has wanted it for long.</summary>
    [Alias("Expire")]
    Task Expire();
}
