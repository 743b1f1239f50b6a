using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Playlists;

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
            PlaylistKeys.Prefix(Id), state.Version, GaplessRules.PiecesOf(state.Tracks, state.Joins)));
    }

    /// <inheritdoc/>
    public Task<TrackToTranscode?> FindTranscode(Guid jobId) =>
        Task.FromResult(stored.RecordExists && stored.State.BuildJob == jobId ? PlaylistRules.NextToTranscode(stored.State) : null);

    /// <inheritdoc/>
    public Task<TracksToJoin?> FindJoin(Guid jobId) =>
        Task.FromResult(stored.RecordExists && stored.State.BuildJob == jobId ? GaplessRules.NextToJoin(stored.State) : null);

    /// <inheritdoc/>
    public Task<bool> FinishHls(UploadJobRun run, string manifestKey)
    {
        var now = time.GetUtcNow();
        return End(run, state =>
        {
            var parts = PlaylistRules.WithMade(PlaylistRules.PartsOf(state.Tracks, state.Joins), state);
            return state with { ManifestKey = manifestKey, Parts = parts, IsComplete = false, Former = PlaylistRules.FormerOf(state.Former, state.Parts, parts, now) };
        });
    }

    /// <inheritdoc/>
    public Task<bool> FinishMp3(UploadJobRun run, string sourceKey, Mp3Source mp3) => End(run, state => PlaylistRules.WithMp3(state, sourceKey, mp3));

    /// <inheritdoc/>
    public Task<bool> FinishJoin(UploadJobRun run, TrackJoin join) => End(run, state => state with { Joins = state.Joins.Add(join) });

    /// <inheritdoc/>
    public async Task AbandonJoin(Guid jobId)
    {
        if (!stored.RecordExists || stored.State.BuildJob != jobId)
            return;
        await Write(state => state.BuildJob == jobId && GaplessRules.NextToJoin(state) is { } pair
            ? Continue(state with { Joins = state.Joins.Add(new TrackJoin(pair.First.Key, pair.Second.Key, null)) })
            : state);
    }

    /// <inheritdoc/>
    public Task<PlaylistObjects?> FindObjects()
    {
        if (!stored.RecordExists)
        {
            DeactivateOnIdle(); // What is deleted while it is built is asked for once more.
            return Task.FromResult<PlaylistObjects?>(null);
        }
        var state = stored.State;
        return Task.FromResult<PlaylistObjects?>(new PlaylistObjects(
            state is { IsComplete: true, BuildJob: null, ManifestKey: not null },
            [.. state.ManifestKey is { } key ? [key] : Array.Empty<string>(), .. state.Parts.Where(part => part.Mp3 is not null).Select(part => part.Mp3!.Key)],
            GaplessRules.FoldersOf(state, PlaylistKeys.Prefix(Id))));
    }

    /// <inheritdoc/>
    public async Task Abandon(Guid jobId)
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
    public async Task<bool> TakeExternal(string key, ExternalAudio audio)
    {
        var urls = stored.State.Tracks.Where(track => track.Url is not null && GrainKeys.External(track.Url) == key).Select(track => track.Url!).Distinct().ToList();
        if (urls.Count > 0)
            await Take(urls.ToDictionary(url => url, _ => audio));
        else if (!stored.RecordExists)
            DeactivateOnIdle(); // It was deleted.
        return urls.Count > 0;
    }

    /// <inheritdoc/>
    public async Task ReportUnreadable(ImmutableArray<string> keys)
    {
        if (!stored.RecordExists)
            return;
        var broken = stored.State.Tracks.Where(track => track.Audio is { } audio && keys.Any(key => PlaylistRules.Has(audio, key))).ToList();
        foreach (var track in broken.Where(track => track.Url is not null))
            await GrainFactory.GetGrain<IExternalAudioGrain>(GrainKeys.External(track.Url!)).ReportUnreadable(track.Audio!.PlaylistKey);
        // What is being built already is built of what there is; the joins are a part of that.
        var isUsed = broken.Count > 0 || stored.State.Joins.Any(join => keys.Any(key => GaplessRules.Has(join, key)));
        if (!isUsed && (stored.State.BuildJob is not null || !keys.Any(key => PlaylistRules.IsBuilt(stored.State, key))))
            return;
        await Write(state => Rebuild(state with
        {
            Tracks = [.. state.Tracks.Select(track => broken.Contains(track) ? track with { Audio = null, Error = Broken } : track)],
            Joins = GaplessRules.Kept(state, keys),
            Parts = [.. state.Parts.Select(part => part.Mp3 is { } mp3 && keys.Contains(mp3.Key) ? part with { Mp3 = null } : part)],
            IsComplete = state.IsComplete && !state.Parts.Any(part => part.Mp3 is { } mp3 && keys.Contains(mp3.Key)),
        }));
    }

    /// <summary>Ends a job with what came of it, and begins the next.</summary>
    private async Task<bool> End(UploadJobRun run, Func<PlaylistState, PlaylistState> change)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!stored.RecordExists)
            return false;
        try
        {
            await Write(state => state.BuildJob == run.JobId
                ? Continue(change(state)) with { EndingJob = new JobLease(run.JobId, run.LeaseToken) }
                : throw new LeaseLostException());
            return true;
        }
        catch (LeaseLostException)
        {
            return false;
        }
    }

    /// <summary>
    /// Step by step, each a job of its own: whatever others have to be prepared gets its turn in between. Once all tracks have their MP3 all
    /// can be heard; that some go over into the next is found afterwards, and sent once all of those are made.
    /// </summary>
    private PlaylistState Continue(PlaylistState state)
    {
        if (PlaylistRules.NextToTranscode(state) is not null)
            return Begin(state, PlaylistJobs.Match(Id, state.OwnerId));
        if (!state.IsComplete)
            state = state with { IsComplete = true, Version = state.Version + 1 };
        if (GaplessRules.NextToJoin(state) is not null)
            return Begin(state, PlaylistJobs.Join(Id, state.OwnerId));
        return GaplessRules.IsBehind(state) ? Rebuild(state) : state with { BuildJob = null };
    }

    private static PlaylistState Begin(PlaylistState state, NewJob job) => state with { BuildJob = job.JobId, NewJob = job };

    /// <summary>Has what there is to hear built anew, unless tracks are still being fetched: the last of them does it.</summary>
    private PlaylistState Rebuild(PlaylistState state)
    {
        var next = state with { Version = state.Version + 1, BuildJob = null, Joins = GaplessRules.Kept(state, []) };
        if (next.Tracks.Any(track => track.Status == TrackStatus.Pending))
            return next;
        return Begin(next, PlaylistJobs.Build(Id, next.OwnerId));
    }
}
