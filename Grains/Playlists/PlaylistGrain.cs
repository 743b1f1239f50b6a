using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Media;
using AudioOrleans.Grains.Slugs;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Slugs;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Playlists;

/// <summary>
/// One playlist: its tracks and their objects. A job rebuilds its playback manifest on each change; until then listeners get the previous
/// one. <see cref="PlaylistRules"/> decides what is valid, <see cref="PlaylistBuildRules"/> what is built.
/// </summary>
/// <remarks>
/// A timer checks external addresses and retries builds, and runs only while somebody listens, so that reading the playback manifest
/// never writes.
/// </remarks>
[GrainType("playlist")]
public sealed class PlaylistGrain(
    [CommittedState("playlist")] ICommittedState<PlaylistState> stored, TrackResolver resolver, SlugClaims slugs, IGrainFactory grains, TimeProvider time,
    ILogger<PlaylistGrain> logger)
    : CoveredGrain<PlaylistState>, IPlaylistGrain, IPlaylistBuildGrain, IPlaylistAudioGrain
{
    private const string Noun = "playlist";

    /// <summary>The minimum time before a failed build is retried.</summary>
    private static readonly TimeSpan BuildPause = TimeSpan.FromMinutes(5);

    /// <summary>How long the status of the owner's account is cached.</summary>
    private static readonly TimeSpan OwnerMaxAge = TimeSpan.FromSeconds(5);

    /// <summary>A gateway calls every few seconds while it has listeners.</summary>
    private static readonly TimeSpan ListenedLately = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan UpkeepInterval = TimeSpan.FromSeconds(1);

    /// <summary>Less than Orleans' response timeout.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    private readonly OwnerStatus _owner = new(grains, time, logger);
    private readonly ExternalTracks _external = new(grains, time);
    private readonly ChangeSignal _changed = new(time);
    private IGrainTimer? _upkeep;
    private long _askedAt;
    private long? _abandonedAt;

    /// <inheritdoc/>
    protected override ICommittedState<PlaylistState> Covered => stored;

    /// <inheritdoc/>
    protected override TimeProvider Clock => time;

    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task<PlaylistOutcome> Create(CreatePlaylist command)
    {
        if (stored.Exists)
            return stored.State.OwnerId == command.OwnerId ? PlaylistOutcome.Done([], stored.State.Revision) : throw new AudioException(AudioError.Conflict, "Playlist already exists");
        ImmutableArray<FieldProblem> problems = [.. PlaylistRules.CheckWords(command.Title, command.Description, command.Slug), .. PlaylistRules.CheckTracks(command.Tracks, [])];
        if (!problems.IsEmpty)
            return PlaylistOutcome.Invalid(problems);
        var (tracks, unusable) = await resolver.ResolveAsync(command.Tracks, [], command.OwnerId);
        if (!unusable.IsEmpty)
            return PlaylistOutcome.Refused(unusable);
        var plan = SlugRules.PlanNew(command.Slug, command.Title);
        await CommitTracks(plan, slug => _ => PlaylistBuildRules.Rebuild(Id, PlaylistRules.Create(command with { Slug = slug }, tracks, time.GetUtcNow()) with { IsSlugChosen = plan.IsChosen }));
        return PlaylistOutcome.Done([], stored.State.Revision);
    }

    /// <inheritdoc/>
    public Task<PlaylistDetails> Get(Caller caller)
    {
        var state = Existing();
        return Task.FromResult(PlaylistRules.ToDetails(Id, state, caller.Owns(state.OwnerId)));
    }

    /// <inheritdoc/>
    public async Task<PlaylistOutcome> Update(Caller caller, PlaylistPatch patch)
    {
        var before = OwnedBy(caller);
        Revisions.Require(patch.ExpectedRevision, before.Revision, "Playlist");
        ImmutableArray<FieldProblem> problems =
        [
            .. PlaylistRules.CheckWords(patch.Title, patch.Description, patch.Slug),
            .. patch.Tracks is { } inputs ? PlaylistRules.CheckTracks(inputs, before.Tracks) : [],
        ];
        if (!problems.IsEmpty)
            return PlaylistOutcome.Invalid(problems);
        var tracks = before.Tracks;
        if (patch.Tracks is { } wanted)
        {
            (tracks, var unusable) = await resolver.ResolveAsync(wanted, before.Tracks, before.OwnerId);
            if (!unusable.IsEmpty)
                return PlaylistOutcome.Refused(unusable);
        }
        var changesTracks = !tracks.SequenceEqual(before.Tracks);
        var plan = SlugRules.Plan(before.Slug, before.IsSlugChosen, patch.Slug, before.Title, patch.Title?.Trim() ?? before.Title);
        var fields = PlaylistRules.Apply(patch with { Slug = null }, before).Fields;
        if (fields.IsEmpty && !changesTracks && plan is null)
            return PlaylistOutcome.Done(fields, before.Revision);
        var now = time.GetUtcNow();
        await CommitTracks(plan, slug => state =>
        {
            Revisions.Require(patch.ExpectedRevision, state.Revision, "Playlist");
            var (next, changed) = PlaylistRules.Apply(patch with { Slug = slug }, state);
            if (changesTracks)
                changed = changed.Add("tracks");
            fields = SlugRules.Requested(changed, patch.Slug);
            next = next with { UpdatedAt = now, Revision = state.Revision + 1, IsSlugChosen = plan?.IsChosen ?? state.IsSlugChosen };
            Change<PlaylistState> change = changesTracks ? PlaylistBuildRules.Rebuild(Id, next with { Tracks = tracks }) : next;
            return change.With(new AuditDetail(string.Join(", ", changed)));
        });
        return PlaylistOutcome.Done(fields, stored.State.Revision);
    }

    /// <inheritdoc/>
    public async Task<FieldProblem?> Invite(Caller caller, ImmutableArray<string> commands)
    {
        OwnedBy(caller);
        var invited = Invitations.Read(commands, out var problem);
        if (problem is not null)
            return problem;
        await Commit(state => new Change<PlaylistState>(
            state with { Invited = invited }, new AuditDetail($"{invited.AccountIds.Length + invited.Emails.Length} invited")));
        return null;
    }

    /// <inheritdoc/>
    public Task<Invitations> GetInvited(Caller caller) => Task.FromResult(OwnedBy(caller).Invited);

    /// <inheritdoc/>
    public async Task Delete(Caller caller)
    {
        OwnedBy(caller);
        await stored.Clear([new CancelJobs(), DeleteObjects.Under(PlaylistKeys.Prefix(Id)), new ReleaseSlugs(Noun, Id), .. CoverRules.DeleteAll(stored.State, this.GetPrimaryKeyString())]);
        _changed.Raise();
        DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public async Task<PlaybackManifest?> FindPlaybackManifest()
    {
        if (!stored.Exists)
        {
            DeactivateOnIdle(); // No activation is kept for ids that do not exist.
            return null;
        }
        _askedAt = time.GetTimestamp();
        _upkeep ??= this.RegisterGrainTimer(Upkeep, new GrainTimerCreationOptions(TimeSpan.Zero, UpkeepInterval));
        await _owner.RefreshAsync(stored.State.OwnerId, OwnerMaxAge);
        return _owner.IsDisabled ? null : PlaylistRules.ToManifest(stored.State, stored.Version!, time.GetUtcNow());
    }

    /// <inheritdoc/>
    public async Task<PlaybackManifest?> WaitForPlaybackManifest(string knownStamp)
    {
        if (stored.Exists && stored.Version == knownStamp)
            await _changed.WaitAsync(LongestWait);
        return await FindPlaybackManifest();
    }

    /// <inheritdoc/>
    public Task<PlaylistWork?> FindWork(Guid jobId) => Task.FromResult(IsBuilding(jobId)
        ? new PlaylistWork(PlaylistKeys.Prefix(Id), stored.State.Version, GaplessRules.PiecesOf(stored.State.Tracks, stored.State.Joins))
        : null);

    /// <inheritdoc/>
    public Task<TrackToTranscode?> FindTranscode(Guid jobId) => Task.FromResult(IsBuilding(jobId) ? PlaylistBuildRules.NextToTranscode(stored.State) : null);

    /// <inheritdoc/>
    public Task<TracksToJoin?> FindJoin(Guid jobId) => Task.FromResult(IsBuilding(jobId) ? GaplessRules.NextToJoin(stored.State) : null);

    /// <inheritdoc/>
    public Task<bool> FinishHls(JobRunId run, string manifestKey) => End(run, state => PlaylistBuildRules.WithManifest(state, manifestKey, time.GetUtcNow()));

    /// <inheritdoc/>
    public Task<bool> FinishMp3(JobRunId run, string sourceKey, Mp3Source mp3) => End(run, state => PlaylistBuildRules.WithMp3(state, sourceKey, mp3));

    /// <inheritdoc/>
    public Task<bool> FinishJoin(JobRunId run, TrackJoin join) => End(run, state => state with { Joins = state.Joins.Add(join) });

    /// <inheritdoc/>
    public Task AbandonJoin(Guid jobId) => !IsBuilding(jobId) ? Task.CompletedTask : Commit(state =>
        state.BuildJob == jobId && GaplessRules.NextToJoin(state) is { } pair
            ? PlaylistBuildRules.Continue(Id, state with { Joins = state.Joins.Add(new TrackJoin(pair.First.Key, pair.Second.Key, null)) })
            : state);

    /// <inheritdoc/>
    public async Task Abandon(Guid jobId)
    {
        if (!IsBuilding(jobId))
            return;
        await Commit(state => state.BuildJob == jobId ? state with { BuildJob = null } : state);
        _abandonedAt = time.GetTimestamp();
    }

    /// <inheritdoc/>
    public Task<PlaylistObjects?> FindObjects()
    {
        if (!stored.Exists)
            DeactivateOnIdle(); // A playlist that is deleted during a build is queried once more.
        return Task.FromResult(stored.Exists ? PlaylistBuildRules.ObjectsOf(Id, stored.State) : null);
    }

    /// <inheritdoc/>
    public async Task<bool> TakeExternal(string key, ExternalAudio audio)
    {
        var urls = stored.State.Tracks.Where(track => track.Url is not null && GrainKeys.External(track.Url) == key).Select(track => track.Url!).Distinct().ToList();
        if (urls.Count > 0)
            await Take(urls.ToDictionary(url => url, _ => audio));
        else if (!stored.Exists)
            DeactivateOnIdle(); // The playlist was deleted.
        return urls.Count > 0;
    }

    /// <inheritdoc/>
    public async Task ReportUnreadable(ImmutableArray<string> keys)
    {
        if (!stored.Exists)
            return;
        foreach (var track in PlaylistBuildRules.UnreadableOf(stored.State, keys).Where(track => track.Url is not null))
            await grains.GetGrain<IExternalAudioGrain>(GrainKeys.External(track.Url!)).ReportUnreadable(track.Audio!.PlaylistKey);
        if (PlaylistBuildRules.Uses(stored.State, keys))
            await Commit(state => PlaylistBuildRules.Without(Id, state, keys));
    }

    /// <summary>Checks external addresses, and retries a build that failed a while ago; stops when nobody listens any more.</summary>
    private async Task Upkeep(CancellationToken cancellationToken)
    {
        if (!stored.Exists || time.GetElapsedTime(_askedAt) > ListenedLately)
        {
            _upkeep?.Dispose();
            _upkeep = null;
            return;
        }
        try
        {
            await RefreshExternalTracks();
            if (PlaylistBuildRules.IsUnbuilt(stored.State) && !(_abandonedAt is { } at && time.GetElapsedTime(at) < BuildPause))
                await Commit(state => PlaylistBuildRules.Rebuild(Id, state));
        }
        catch (Exception exception) when (exception.IsFailedCall() && !cancellationToken.IsCancellationRequested)
        {
            logger.LogWarning(exception, "Playlist {PlaylistId} could not be updated; trying again in a second", Id);
        }
    }

    private async Task RefreshExternalTracks()
    {
        if (await _external.AskAsync(stored.State.Tracks) is { Count: > 0 } answers)
            await Take(answers);
    }

    private Task Take(IReadOnlyDictionary<string, ExternalAudio> answers) => PlaylistBuildRules.Changes(stored.State, answers)
        ? Commit(state => PlaylistBuildRules.WithExternal(Id, state, answers))
        : Task.CompletedTask;

    /// <summary>Commits tracks; the database rejects an upload that was deleted between the check and the commit.</summary>
    private async Task CommitTracks(SlugPlan? plan, Func<string?, Func<PlaylistState, Change<PlaylistState>>> changeWith)
    {
        try
        {
            await slugs.CommitAsync(Noun, Id, plan, (slug, effects) => Commit(state => changeWith(slug)(state).With(effects)));
        }
        catch (ReferencedRowException)
        {
            throw new AudioException(AudioError.Conflict, "An upload of the playlist has just been deleted");
        }
        await RefreshExternalTracks();
    }

    /// <summary>Completes a job with its result, and starts the next.</summary>
    private async Task<bool> End(JobRunId run, Func<PlaylistState, PlaylistState> change)
    {
        if (!stored.Exists)
            return false;
        try
        {
            await Commit(state => state.BuildJob == run.JobId
                ? PlaylistBuildRules.Continue(Id, change(state)).With(new EndJob(new JobLease(run.JobId, run.LeaseToken)))
                : throw new LeaseLostException());
            return true;
        }
        catch (LeaseLostException)
        {
            return false;
        }
    }

    private async Task Commit(Func<PlaylistState, Change<PlaylistState>> decide)
    {
        await stored.Commit(decide);
        _changed.Raise();
    }

    /// <inheritdoc/>
    protected override void RequireOwner(Caller caller) => OwnedBy(caller);

    private bool IsBuilding(Guid jobId) => stored.Exists && stored.State.BuildJob == jobId;

    private PlaylistState Existing()
    {
        if (stored.Exists)
            return stored.State;
        DeactivateOnIdle(); // No activation is kept for ids that do not exist.
        throw NotFound();
    }

    private static AudioException NotFound() => new(AudioError.NotFound, "Playlist not found");

    private PlaylistState OwnedBy(Caller caller)
    {
        var state = Existing();
        if (caller.Owns(state.OwnerId))
            return state;
        // Do not reveal private playlists to others.
        throw state.Visibility == Visibility.Private ? NotFound() : new AudioException(AudioError.Forbidden, "Playlist belongs to somebody else");
    }
}
