using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Media;
using AudioOrleans.Grains.Slugs;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Slugs;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>
/// One podcast with its episodes and its feed. <see cref="PodcastRules"/> and <see cref="EpisodeRules"/> decide what is valid,
/// <see cref="PodcastFeed"/> builds the feed.
/// </summary>
/// <remarks>
/// What is published depends on the time only, so a feed is right at the second; a reminder notifies the hub when a scheduled episode is due.
/// </remarks>
[GrainType("podcast")]
public sealed class PodcastGrain(
    [CommittedState("podcast")] ICommittedState<PodcastState> stored,
    [PersistentState("podcast-feed")] IPersistentState<StoredFeed> feed,
    EpisodeMediaResolver resolver, SlugClaims slugs, IGrainFactory grains, PodcastOptions options, TimeProvider time, ILogger<PodcastGrain> logger)
    : CoveredGrain<PodcastState>, IPodcastGrain, IEpisodesGrain, IPodcastFeedGrain, IPodcastImportGrain, IRemindable
{
    private const string Noun = "podcast";
    private const string Publish = "publish";

    /// <summary>Orleans' timers last for 49 days at most: a later date is reached in steps.</summary>
    private static readonly TimeSpan LongestReminder = TimeSpan.FromDays(30);

    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromMinutes(1);

    /// <summary>How long the status of the owner's account is cached.</summary>
    private static readonly TimeSpan OwnerMaxAge = TimeSpan.FromSeconds(5);

    private readonly OwnerStatus _owner = new(grains, time, logger);
    private readonly LatestState<StoredFeed> _kept = new(feed, logger);
    private PodcastFeed? _feed;

    /// <inheritdoc/>
    protected override ICommittedState<PodcastState> Covered => stored;

    /// <inheritdoc/>
    protected override TimeProvider Clock => time;

    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    private PodcastFeed Feed => _feed ??= new PodcastFeed(_kept, grains, options, time);

    /// <inheritdoc/>
    public async Task<PodcastOutcome> Create(CreatePodcast command)
    {
        if (stored.Exists)
            return stored.State.OwnerId == command.OwnerId ? PodcastOutcome.Done([], stored.State.Revision) : throw new AudioException(AudioError.Conflict, "Podcast exists already");
        if (await CheckPodcast(command.Fields, command.OwnerId) is { IsEmpty: false } problems)
            return PodcastOutcome.Invalid(problems);
        await CommitNew(command, PodcastRules.GuidOf(command.FeedUrl));
        return PodcastOutcome.Done([], stored.State.Revision);
    }

    /// <inheritdoc/>
    public Task<PodcastDetails> Get() => Task.FromResult(PodcastRules.ToDetails(Id, Existing()));

    /// <inheritdoc/>
    public async Task<PodcastOutcome> Update(Caller caller, PodcastFields patch, long? expectedRevision)
    {
        var before = OwnedBy(caller);
        Revisions.Require(expectedRevision, before.Revision, "Podcast");
        if (await CheckPodcast(patch, before.OwnerId) is { IsEmpty: false } problems)
            return PodcastOutcome.Invalid(problems);
        var now = time.GetUtcNow();
        var plan = SlugRules.Plan(before.Fields.Slug ?? "", before.IsSlugChosen, patch.Slug, before.Fields.Title!, patch.Title?.Trim() ?? before.Fields.Title!);
        var fields = PodcastRules.Apply(patch with { Slug = null }, before, now).Changed;
        if (fields.IsEmpty && plan is null)
            return PodcastOutcome.Done(fields, before.Revision);
        await slugs.CommitAsync(Noun, Id, plan, (slug, effects) => Commit(state =>
        {
            Revisions.Require(expectedRevision, state.Revision, "Podcast");
            (var next, fields) = PodcastRules.Apply(patch with { Slug = slug }, state, now);
            fields = SlugRules.Requested(fields, patch.Slug);
            return new Change<PodcastState>(next with { IsSlugChosen = plan?.IsChosen ?? state.IsSlugChosen }, [new AuditDetail(string.Join(", ", fields)), .. effects]);
        }));
        return PodcastOutcome.Done(fields, stored.State.Revision);
    }

    /// <inheritdoc/>
    public async Task<FieldProblem?> Invite(Caller caller, ImmutableArray<string> listeners)
    {
        OwnedBy(caller);
        var invited = Invitations.Read(listeners, out var problem);
        if (problem is not null)
            return problem;
        await stored.Commit(state => state with { Invited = invited }, new AuditDetail($"{invited.AccountIds.Length + invited.Emails.Length} invited"));
        return null;
    }

    /// <inheritdoc/>
    public Task<Invitations> GetInvited(Caller caller) => Task.FromResult(OwnedBy(caller).Invited);

    /// <inheritdoc/>
    public async Task Delete(Caller caller)
    {
        OwnedBy(caller);
        await stored.Clear([new CancelJobs(), DeleteObjects.Under(PodcastKeys.Prefix(Id)), new ReleaseSlugs(Noun, Id), .. CoverRules.DeleteAll(stored.State, this.GetPrimaryKeyString())]);
        await _kept.ForgetAsync();
        await RemindOf(null);
        DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public async Task<PodcastOutcome> AddEpisode(Caller caller, Guid episodeId, EpisodeFields fields)
    {
        var podcast = OwnedBy(caller);
        if (EpisodeRules.Find(podcast, episodeId) is { } known)
            return PodcastOutcome.Done([], known.Revision);
        var now = time.GetUtcNow();
        if (EpisodeRules.CheckNew(fields, now) is { IsEmpty: false } problems)
            return PodcastOutcome.Invalid(problems);
        if (podcast.Episodes.Length >= PodcastRules.MostEpisodes)
            throw new AudioException(AudioError.Conflict, $"A podcast has at most {PodcastRules.MostEpisodes} episodes");
        if (fields.Guid is { } guid && podcast.Episodes.Any(episode => episode.Guid == guid.Trim()))
            throw new AudioException(AudioError.Conflict, "Another episode has this guid");
        return await CommitMedia(EpisodeRules.Create(episodeId, fields, now), [], (state, episode) => EpisodeRules.With(state, episode, now));
    }

    /// <inheritdoc/>
    public Task<EpisodeDetails> GetEpisode(Caller caller, Guid episodeId)
    {
        var now = time.GetUtcNow();
        var episode = EpisodeRules.Find(Existing(), episodeId);
        return Task.FromResult(episode is not null && (caller.Owns(stored.State.OwnerId) || EpisodeRules.IsPublished(episode, now))
            ? EpisodeRules.ToDetails(Id, episode, now)
            : throw NoEpisode());
    }

    /// <inheritdoc/>
    public Task<Page<EpisodeDetails>> ListEpisodes(Caller caller, PageRequest page)
    {
        var state = Existing();
        var now = time.GetUtcNow();
        var after = Cursor.ParseTimeAndId(page.Cursor);
        var shown = caller.Owns(state.OwnerId)
            ? state.Episodes.OrderByDescending(episode => episode.PublicationDate).ThenByDescending(episode => episode.EpisodeId)
            : EpisodeRules.Published(state, now).AsEnumerable();
        var rows = shown.Where(episode => after is not { } last || (episode.PublicationDate.UtcDateTime, episode.EpisodeId).CompareTo((last.Time, last.Id)) < 0).Take(page.Limit + 1).ToList();
        return Task.FromResult(Cursor.Paginate(rows, page.Limit, episode => EpisodeRules.ToDetails(Id, episode, now), episode => Cursor.Format(episode.PublicationDate.UtcTicks, episode.EpisodeId)));
    }

    /// <inheritdoc/>
    public async Task<PodcastOutcome> UpdateEpisode(Caller caller, Guid episodeId, EpisodeFields patch, long? expectedRevision)
    {
        var before = EpisodeRules.Find(OwnedBy(caller), episodeId) ?? throw NoEpisode();
        Revisions.Require(expectedRevision, before.Revision, "Episode");
        var now = time.GetUtcNow();
        if (EpisodeRules.Check(patch, now) is { IsEmpty: false } problems)
            return PodcastOutcome.Invalid(problems);
        var (next, fields) = EpisodeRules.Apply(patch, before, now);
        if (fields.IsEmpty)
            return PodcastOutcome.Done(fields, before.Revision);
        if (fields.Contains("upload_id") || fields.Contains("media_url"))
            return await CommitMedia(next, fields, Replace);
        if (EpisodeRules.RefusePaid(next) is { } refusal)
            return refusal;
        await Commit(state => new Change<PodcastState>(Replace(state, next), new AuditDetail(string.Join(", ", fields))));
        return PodcastOutcome.Done(fields, next.Revision);

        PodcastState Replace(PodcastState state, StoredEpisode episode)
        {
            var current = EpisodeRules.Find(state, episodeId) ?? throw NoEpisode();
            // Only the audio was looked at outside of this commit; the rest is computed anew.
            Revisions.Require(before.Revision, current.Revision, "Episode");
            return EpisodeRules.With(state, episode, now);
        }
    }

    /// <inheritdoc/>
    public async Task SetTranscript(Caller caller, Guid episodeId, string language, Transcript? transcript)
    {
        OwnedBy(caller);
        var now = time.GetUtcNow();
        await Commit(state =>
        {
            var episode = EpisodeRules.Find(state, episodeId) ?? throw NoEpisode();
            var others = episode.Transcripts.RemoveAll(one => one.Language == language);
            if (transcript is not null && others.Length >= EpisodeRules.MostTranscripts)
                throw new AudioException(AudioError.Conflict, $"An episode has at most {EpisodeRules.MostTranscripts} transcripts");
            return EpisodeRules.With(state, episode with { Transcripts = transcript is null ? others : others.Add(transcript), UpdatedAt = now, Revision = episode.Revision + 1 }, now);
        });
    }

    /// <inheritdoc/>
    public async Task DeleteEpisode(Caller caller, Guid episodeId)
    {
        if (EpisodeRules.Find(OwnedBy(caller), episodeId) is null)
            throw NoEpisode();
        var now = time.GetUtcNow();
        await Commit(state => new Change<PodcastState>(
            state with { Episodes = state.Episodes.RemoveAll(episode => episode.EpisodeId == episodeId), UpdatedAt = now },
            DeleteObjects.Under(PodcastKeys.Episode(Id, episodeId)), DeleteObjects.Under(CoverKeys.Prefix(this.GetPrimaryKeyString(), episodeId))));
    }

    /// <inheritdoc/>
    public async Task<FeedDocument?> FindFeed(FeedRequest request)
    {
        if (!stored.Exists)
        {
            DeactivateOnIdle(); // No activation is kept for ids that do not exist.
            return null;
        }
        await _owner.RefreshAsync(stored.State.OwnerId, OwnerMaxAge);
        return _owner.IsDisabled ? null : await Feed.FindAsync(Id, stored.State, stored.Version!, request);
    }

    /// <inheritdoc/>
    public async Task<Enclosure?> FindEnclosure(Guid episodeId)
    {
        if (!stored.Exists)
        {
            DeactivateOnIdle(); // No activation is kept for ids that do not exist.
            return null;
        }
        await _owner.RefreshAsync(stored.State.OwnerId, OwnerMaxAge);
        return !_owner.IsDisabled && EpisodeRules.Find(stored.State, episodeId) is { } episode ? EpisodeRules.EnclosureOf(stored.State, episode, time.GetUtcNow()) : null;
    }

    /// <inheritdoc/>
    public async Task RefreshMedia()
    {
        if (!stored.Exists)
        {
            DeactivateOnIdle(); // It was deleted meanwhile.
            return;
        }
        var uploads = await resolver.FindUploadsAsync(stored.State.Episodes.Where(episode => episode.Media is null));
        PodcastState Refresh(PodcastState state) => state with
        {
            Episodes = [.. state.Episodes.Select(episode =>
                episode is { Media: null, Fields.UploadId: { } uploadId } && uploads.TryGetValue(uploadId, out var upload) ? EpisodeMediaResolver.WithUpload(episode, upload) : episode)],
        };
        if (!Refresh(stored.State).Episodes.SequenceEqual(stored.State.Episodes))
            await Commit(state => Refresh(state) with { UpdatedAt = time.GetUtcNow() });
    }

    /// <inheritdoc/>
    public Task BeginImport(CreatePodcast command, Guid? guid) => stored.Exists
        ? Task.CompletedTask
        : CommitNew(command, guid ?? PodcastRules.GuidOf(command.FeedUrl));

    /// <inheritdoc/>
    public Task ImportEpisodes(ImmutableArray<ImportedEpisode> episodes) =>
        stored.Exists ? Commit(state => EpisodeRules.Import(state, episodes, time.GetUtcNow())) : Task.CompletedTask; // It was deleted meanwhile.

    /// <summary>A scheduled episode is due: the hub is notified, and the next one is waited for.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        if (!stored.Exists)
        {
            await RemindOf(null);
            DeactivateOnIdle();
            return;
        }
        await Commit(state => state);
    }

    /// <inheritdoc/>
    protected override void RequireOwner(Caller caller) => OwnedBy(caller);

    /// <inheritdoc/>
    protected override Task CommitCover(Func<PodcastState, Change<PodcastState>> decide) => Commit(decide);

    private async Task<ImmutableArray<FieldProblem>> CheckPodcast(PodcastFields fields, Guid ownerId)
    {
        var problems = PodcastRules.Check(fields);
        if (fields.LiveStreamId is not { } streamId || streamId == Guid.Empty)
            return problems;
        var access = await grains.GetGrain<IStreamAudienceGrain>(GrainKeys.Stream(streamId)).GetAccess();
        return access?.OwnerId == ownerId ? problems : problems.Add(new FieldProblem("live_stream_id", "Expected the id of a stream of the same account.", FieldCodes.NotAnId));
    }

    private Task CommitNew(CreatePodcast command, Guid guid)
    {
        var plan = SlugRules.PlanNew(command.Fields.Slug, command.Fields.Title ?? "");
        return slugs.CommitAsync(Noun, Id, plan, (slug, effects) => stored.Commit(
            _ => PodcastRules.Create(command with { Fields = command.Fields with { Slug = slug } }, time.GetUtcNow()) with { Guid = guid, IsSlugChosen = plan.IsChosen }, effects));
    }

    /// <summary>Commits an episode whose audio is new; the database rejects an upload that was deleted between the check and the commit.</summary>
    private async Task<PodcastOutcome> CommitMedia(StoredEpisode episode, ImmutableArray<string> fields, Func<PodcastState, StoredEpisode, PodcastState> place)
    {
        if (EpisodeRules.RefusePaid(episode) is { } refusal)
            return refusal;
        var (found, unusable) = await resolver.ResolveAsync(episode with { Media = null, MediaError = null }, stored.State.OwnerId);
        if (unusable is not null)
            return PodcastOutcome.Refused(unusable.Reason, unusable.Message);
        try
        {
            await Commit(state =>
            {
                var change = new Change<PodcastState>(place(state, found));
                // The upload may have become ready since it was looked at, when it did not know this podcast yet.
                return found is { Media: null, Fields.UploadId: { } uploadId } ? change.With(RefreshEpisodes.Using(uploadId)) : change;
            });
        }
        catch (ReferencedRowException)
        {
            throw new AudioException(AudioError.Conflict, "The episode's upload was just deleted");
        }
        return PodcastOutcome.Done(fields, found.Revision);
    }

    /// <summary>Commits a change, and whatever follows from it: the hub is notified, and scheduled episodes are waited for.</summary>
    private async Task Commit(Func<PodcastState, Change<PodcastState>> decide)
    {
        await RemindOf(NextPublication(decide(stored.State).Next)); // First: a reminder too many does no harm, a missing one does.
        await stored.Commit(state =>
        {
            var change = decide(state);
            return options.Hub is not null && change.Next.Fields.Visibility == Visibility.Public ? change.With(new EnqueueJob(NotifyHub.Job.Create(GrainKeys.Podcast(Id), state.OwnerId))) : change;
        });
    }

    private Task Commit(Func<PodcastState, PodcastState> decide) => Commit(state => new Change<PodcastState>(decide(state)));

    private DateTimeOffset? NextPublication(PodcastState state) => EpisodeRules.NextPublication(state, time.GetUtcNow());

    private async Task RemindOf(DateTimeOffset? publication)
    {
        if (publication is { } at)
        {
            var due = at - time.GetUtcNow();
            await this.RegisterOrUpdateReminder(Publish, due < TimeSpan.Zero ? TimeSpan.Zero : due < LongestReminder ? due : LongestReminder, ReminderPeriod);
        }
        else if (await this.GetReminder(Publish) is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    private PodcastState Existing()
    {
        if (stored.Exists)
            return stored.State;
        DeactivateOnIdle(); // No activation is kept for ids that do not exist.
        throw NotFound();
    }

    private PodcastState OwnedBy(Caller caller)
    {
        var state = Existing();
        if (caller.Owns(state.OwnerId))
            return state;
        // Do not reveal private podcasts to others.
        throw state.Fields.Visibility == Visibility.Private ? NotFound() : new AudioException(AudioError.Forbidden, "Podcast belongs to somebody else");
    }

    private static AudioException NotFound() => new(AudioError.NotFound, "Podcast not found");

    private static AudioException NoEpisode() => new(AudioError.NotFound, "Episode not found");
}
