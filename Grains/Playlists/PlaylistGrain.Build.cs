using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Playlists;
using Audio.Orleans.Contracts.Uploads;
using Audio.Orleans.Grains.Storage;
using Audio.Orleans.Persistence.Jobs;

namespace Audio.Orleans.Grains.Playlists;

public sealed partial class PlaylistGrain
{
    private const string Broken = "The track's file cannot be read any more.";

    /// <inheritdoc/>
    public Task<PlaylistWork?> FindWork(Guid jobId)
    {
        if (!stored.RecordExists || stored.State.BuildJob != jobId)
            return Task.FromResult<PlaylistWork?>(null);
        var state = stored.State;
        return Task.FromResult<PlaylistWork?>(new PlaylistWork(
            PlaylistKeys.Prefix(Id), state.Version,
            [.. state.Tracks.Where(track => track.Status == TrackStatus.Ready).Select(track => new TrackToBuild(track.TrackId, track.Audio!.Mp3, track.Audio.PlaylistKey))]));
    }

    /// <inheritdoc/>
    public Task PublishHls(Guid jobId, string manifestKey)
    {
        if (!stored.RecordExists || stored.State.BuildJob != jobId || stored.State.ManifestKey == manifestKey)
            return Task.CompletedTask;
        return Write(state => state.BuildJob != jobId ? state : state with { ManifestKey = manifestKey, Parts = PlaylistRules.PartsOf(state.Tracks), IsComplete = false });
    }

    /// <inheritdoc/>
    public async Task<bool> Finish(UploadJobRun run, ImmutableArray<Mp3Source> mp3s)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!stored.RecordExists || stored.State.BuildJob != run.JobId || stored.State.Parts.Length != mp3s.Length)
            return false;
        try
        {
            await Write(state => state with
            {
                Parts = [.. state.Parts.Select((part, i) => part with { Mp3 = mp3s[i] })],
                IsComplete = true,
                Version = state.Version + 1,
                BuildJob = null,
                EndingJob = new JobLease(run.JobId, run.LeaseToken),
            });
            return true;
        }
        catch (LeaseLostException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public Task TakeExternal(string key, ExternalAudio audio)
    {
        var urls = stored.State.Tracks.Where(track => track.Url is not null && GrainKeys.External(track.Url) == key).Select(track => track.Url!).Distinct();
        return stored.RecordExists ? Take(urls.ToDictionary(url => url, _ => audio)) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ReportBroken(Guid trackId)
    {
        if (!stored.RecordExists || stored.State.Tracks.All(track => track.TrackId != trackId || track.Error is not null))
            return Task.CompletedTask;
        return Write(state => Rebuild(state with { Tracks = [.. state.Tracks.Select(track => track.TrackId == trackId ? track with { Audio = null, Error = Broken } : track)] }));
    }

    /// <summary>Has what there is to hear built anew, unless tracks are still being fetched: the last of them does it.</summary>
    private PlaylistState Rebuild(PlaylistState state)
    {
        var next = state with { Version = state.Version + 1, BuildJob = null };
        if (next.Tracks.Any(track => track.Status == TrackStatus.Pending))
            return next;
        var job = PlaylistJobs.Build(Id, next.OwnerId);
        return next with { BuildJob = job.JobId, NewJob = job };
    }
}
