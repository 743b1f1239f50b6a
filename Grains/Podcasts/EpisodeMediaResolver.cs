using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Streams;
using AudioOrleans.Grains.Uploads;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.RelayHost.OnDemand;
using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>Finds the audio of episodes: reads the states of uploads, and probes external addresses.</summary>
public sealed class EpisodeMediaResolver(ExternalFiles files, PostgresGrainStorage states)
{
    /// <summary>The episode with its audio, or with none while its upload is being prepared; otherwise why it has none.</summary>
    /// <param name="episode">The episode.</param>
    /// <param name="ownerId">The podcast's owner, who may use their own uploads.</param>
    public async Task<(StoredEpisode Episode, UnusableMedia? Unusable)> ResolveAsync(StoredEpisode episode, Guid ownerId)
    {
        if (episode.Fields.UploadId is not { } uploadId)
            return await ProbeAsync(episode);
        var upload = (await ReadAsync([uploadId])).GetValueOrDefault(uploadId);
        return upload is null || upload.OwnerId != ownerId || upload.Status == UploadStatus.Receiving
            ? (episode, new UnusableMedia("upload_not_found", "There is no such upload of this account."))
            : (WithUpload(episode, upload), null);
    }

    /// <summary>The episodes with the audio of uploads that have been prepared, or have failed, since they were last looked at.</summary>
    public async Task<IReadOnlyDictionary<Guid, UploadState>> FindUploadsAsync(IEnumerable<StoredEpisode> episodes) =>
        await ReadAsync([.. episodes.Select(episode => episode.Fields.UploadId).OfType<Guid>().Distinct()]);

    /// <summary>The episode with what its upload is now.</summary>
    public static StoredEpisode WithUpload(StoredEpisode episode, UploadState upload) => upload switch
    {
        { Status: UploadStatus.Ready, Prepared: { } asset } => EpisodeRules.WithMedia(episode, asset),
        { Status: UploadStatus.Failed } => episode with { Media = null, MediaError = upload.ErrorMessage ?? "The upload could not be prepared." },
        _ => episode with { Media = null, MediaError = null },
    };

    private async Task<(StoredEpisode Episode, UnusableMedia? Unusable)> ProbeAsync(StoredEpisode episode)
    {
        try
        {
            using var file = await files.OpenAsync(new Uri(episode.Fields.MediaUrl!), null, null, CancellationToken.None);
            var duration = episode.Fields.DurationSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
            return (episode with { Media = new EpisodeMedia(file.ContentType, file.Length ?? 0, duration, null), MediaError = null }, null);
        }
        catch (SourceException exception)
        {
            return (episode, new UnusableMedia(SourceFaultCodes.From(exception.Fault), exception.Message));
        }
    }

    private async Task<Dictionary<Guid, UploadState>> ReadAsync(IReadOnlyCollection<Guid> uploadIds)
    {
        var found = await states.ReadManyAsync<UploadState>(UploadGrain.StateName, UploadGrain.TypeName, [.. uploadIds.Select(GrainKeys.Upload)], CancellationToken.None);
        return found.ToDictionary(pair => GrainKeys.ParseId(pair.Key), pair => pair.Value);
    }
}
