using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Podcasts;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Media;
using AudioOrleans.Grains.Slugs;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Slugs;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Podcasts;

/// <summary>
/// One podcast. <see cref="PodcastRules"/> and <see cref="EpisodeRules"/> decide what is valid, <see cref="PodcastEpisodes"/> changes the episodes,
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

    /// <summary>How long the status of the owner's account is cached.</summary>
    private static readonly TimeSpan OwnerMaxAge = TimeSpan.FromSeconds(5);

    private readonly OwnerStatus _owner = new(grains, time, logger);
    private readonly LatestState<StoredFeed> _kept = new(feed, logger);
    private PodcastEpisodes? _episodes;
    private PodcastFeed? _feed;
    private GrainReminder? _reminder;

    /// <inheritdoc/>
    protected override ICommittedState<PodcastState> Covered => stored;

    /// <inheritdoc/>
    protected override TimeProvider Clock => time;

    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    private PodcastEpisodes Episodes => _episodes ??= new PodcastEpisodes(Id, resolver, time, Commit);

    private GrainReminder Reminder => _reminder ??= new GrainReminder(this, Publish);

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
            var (next, changed) = PodcastRules.Apply(patch with { Slug = slug }, state, now);
            fields = SlugRules.Requested(changed, patch.Slug);
            return new Change<PodcastState>(next with { IsSlugChosen = plan?.IsChosen ?? state.IsSlugChosen }, [new AuditDetail(string.Join(", ", changed)), .. effects]);
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
    public Task<PodcastOutcome> AddEpisode(Caller caller, Guid episodeId, EpisodeFields fields) => Episodes.Add(OwnedBy(caller), episodeId, fields);

    /// <inheritdoc/>
    public Task<EpisodeDetails> GetEpisode(Caller caller, Guid episodeId) => Task.FromResult(Episodes.Get(Existing(), caller, episodeId));

    /// <inheritdoc/>
    public Task<Page<EpisodeDetails>> ListEpisodes(Caller caller, PageRequest page) => Task.FromResult(Episodes.List(Existing(), caller, page));

    /// <inheritdoc/>
    public Task<PodcastOutcome> UpdateEpisode(Caller caller, Guid episodeId, EpisodeFields patch, long? expectedRevision) =>
        Episodes.Update(OwnedBy(caller), episodeId, patch, expectedRevision);

    /// <inheritdoc/>
    public Task SetTranscript(Caller caller, Guid episodeId, string language, Transcript? transcript)
    {
        OwnedBy(caller);
        return Episodes.SetTranscript(episodeId, language, transcript);
    }

    /// <inheritdoc/>
    public Task DeleteEpisode(Caller caller, Guid episodeId) => Episodes.Delete(OwnedBy(caller), episodeId);

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
        if (stored.Exists)
            await Episodes.RefreshMedia(stored.State);
        else
            DeactivateOnIdle(); // It was deleted meanwhile.
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
        await RemindOf(EpisodeRules.NextPublication(stored.State, time.GetUtcNow()));
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

    /// <summary>Commits a change, and whatever follows from it: the hub is notified, and scheduled episodes are waited for.</summary>
    private async Task Commit(Func<PodcastState, Change<PodcastState>> decide)
    {
        var now = time.GetUtcNow();
        var (before, next) = (EpisodeRules.NextPublication(stored.State, now), EpisodeRules.NextPublication(decide(stored.State).Next, now));
        // A reminder too many does no harm, a missing one does: an earlier one is registered before the commit, a later one after it.
        var isEarlier = next is not null && (before is null || next < before);
        if (isEarlier)
            await RemindOf(next);
        await stored.Commit(state =>
        {
            var change = decide(state);
            return options.Hub is not null && change.Next.Fields.Visibility == Visibility.Public ? change.With(new EnqueueJob(NotifyHub.Job.Create(GrainKeys.Podcast(Id), state.OwnerId))) : change;
        });
        if (!isEarlier && next != before)
            await RemindOf(next);
    }

    private Task RemindOf(DateTimeOffset? publication)
    {
        if (publication is not { } at)
            return Reminder.ClearAsync();
        var due = at - time.GetUtcNow();
        return Reminder.SetAsync(due < TimeSpan.Zero ? TimeSpan.Zero : due < LongestReminder ? due : LongestReminder, GrainReminder.ShortestPeriod);
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
}
