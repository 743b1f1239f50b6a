using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Playlists;
using Audio.Orleans.Contracts.Uploads;
using Audio.Orleans.Grains.Storage;
using Audio.Orleans.Persistence.Jobs;

namespace Audio.Orleans.Grains.Playlists;

public sealed partial class PlaylistGrain
{
    /// <summary>What could not be built is not tried again before.</summary>
    private static readonly TimeSpan BuildPause = TimeSpan.FromMinutes(5);

    private long? _gaveUpAt;

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
        var now = time.GetUtcNow();
        return Write(state =>
        {
            if (state.BuildJob != jobId)
                return state;
            var parts = PlaylistRules.PartsOf(state.Tracks);
            return state with { ManifestKey = manifestKey, Parts = parts, IsComplete = false, Former = PlaylistRules.FormerOf(state.Former, state.Parts, parts, now) };
        });
    }

    /// <inheritdoc/>
    public Task PublishMp3(Guid jobId, int index, Mp3Source mp3) =>
        !stored.RecordExists || stored.State.BuildJob != jobId || index >= stored.State.Parts.Length
            ? Task.CompletedTask
            : Write(state => state.BuildJob != jobId ? state : state with { Parts = state.Parts.SetItem(index, state.Parts[index] with { Mp3 = mp3 }) });

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
    public async Task GiveUp(Guid jobId)
    {
        if (!stored.RecordExists || stored.State.BuildJob != jobId)
            return;
        await Write(state => state.BuildJob == jobId ? state with { BuildJob = null } : state);
        _gaveUpAt = time.GetTimestamp();
    }

    /// <summary>Builds what was given up, a while later.</summary>
    private async Task BuildAgain()
    {
        var state = stored.State;
        var isBuilt = state is { IsComplete: true, ManifestKey: not null };
        if (isBuilt || state.BuildJob is not null || state.Tracks.Any(track => track.Status == TrackStatus.Pending)
            || (_gaveUpAt is { } at && time.GetElapsedTime(at) < BuildPause))
        {
            return;
        }
        await Write(Rebuild);
    }

    /// <inheritdoc/>
    public Task TakeExternal(string key, ExternalAudio audio)
    {
        var urls = stored.State.Tracks.Where(track => track.Url is not null && GrainKeys.External(track.Url) == key).Select(track => track.Url!).Distinct();
        return stored.RecordExists ? Take(urls.ToDictionary(url => url, _ => audio)) : Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task ReportUnreadable(ImmutableArray<string> keys)
    {
        if (!stored.RecordExists)
            return;
        var broken = stored.State.Tracks.Where(track => track.Audio is { } audio && keys.Any(key => PlaylistRules.Has(audio, key))).ToList();
        foreach (var track in broken.Where(track => track.Url is not null))
            await GrainFactory.GetGrain<IExternalAudioGrain>(GrainKeys.External(track.Url!)).ReportUnreadable(track.Audio!.PlaylistKey);
        // What is being built already is built of what there is.
        if (broken.Count == 0 && (stored.State.BuildJob is not null || !keys.Any(key => PlaylistRules.IsBuilt(stored.State, key))))
            return;
        await Write(state => Rebuild(state with { Tracks = [.. state.Tracks.Select(track => broken.Contains(track) ? track with { Audio = null, Error = Broken } : track)] }));
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
