using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Media;
using AudioOrleans.Grains.Nodes;
using AudioOrleans.Grains.Slugs;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Slugs;
using AudioOrleans.Persistence.Streams;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Streams;

/// <summary>
/// One stream: its settings are stored, its live state is reported to it, and its relay runs on the silo of this activation.
/// When it moves to another node, its relay ends here with a last complete segment and a new one continues there; listener counts and
/// the title on air migrate with it.
/// </summary>
/// <remarks>
/// It is off the air while its owner's account is disabled. The account notifies its streams; each also checks on activation and once
/// a minute.
/// </remarks>
[GrainType("stream"), LeastLoadedPlacement]
public sealed class StreamGrain(
    [CommittedState("stream")] ICommittedState<StreamState> stored,
    [PersistentState("stream-reports")] IPersistentState<StreamReports> reports,
    StreamRelay relay, StreamSecrets secrets, SlugClaims slugs, NodeIdentity node, ILocalSiloDetails silo, IGrainFactory grains, TimeProvider time, ILogger<StreamGrain> logger)
    : CoveredGrain<StreamState>, IStreamGrain, IStreamRelayGrain, IStreamAudienceGrain, IRemindable, IGrainMigrationParticipant
{
    private const string Noun = "stream";
    private const string KeepRelaying = "keep-relaying";
    private const string MigrationKey = "live";

    private readonly LatestState<StreamReports> _reports = new(reports, logger);
    private readonly OwnerStatus _owner = new(grains, time, logger);
    private readonly StreamLive _live = new(time);
    private readonly StreamWatchers _watchers = new(time);
    private readonly StreamJournal _journal = new();
    private GrainReminder? _reminder;

    /// <inheritdoc/>
    protected override ICommittedState<StreamState> Covered => stored;

    /// <inheritdoc/>
    protected override TimeProvider Clock => time;

    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    private GrainReminder Reminder => _reminder ??= new GrainReminder(this, KeepRelaying);

    private bool MayRelay => stored is { Exists: true, State.Enabled: true } && !_owner.IsDisabled;

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!stored.Exists)
            return;
        _journal.RestoreRelay(stored.State.LastNode, stored.State.LastTrack);
        if (_reports.Value is { } reported)
            _live.Restore(reported);
        _live.Reset(stored.State.Enabled);
        await CheckOwner();
        if (MayRelay)
            await StartRelay(takesOver: true);
    }

    /// <inheritdoc/>
    public async Task<StreamOutcome> Register(RegisterStream command)
    {
        if (stored.Exists)
            return stored.State.OwnerId == command.OwnerId ? StreamOutcome.Done([], stored.State.Revision) : throw new AudioException(AudioError.Conflict, "Stream already exists");
        var problems = StreamRules.Check(command);
        if (!problems.IsEmpty)
            return StreamOutcome.Invalid(problems);
        var mount = string.IsNullOrWhiteSpace(command.Mount) ? null : command.Mount.Trim();
        var (found, unusable) = await relay.ProbeAsync(command.SourceUrl, mount, command.StreamKey, command.MetadataCharset);
        if (unusable is not null)
            return unusable;

        await KeepRelayingAfterCrashes(true);
        var plan = SlugRules.PlanNew(command.Slug, command.Name);
        await slugs.CommitAsync(Noun, Id, plan, (slug, effects) => stored.Commit(_ =>
        {
            var (next, log) = StreamRules.Register(Id, command with { Slug = slug }, mount, secrets.SealKey(Id, command.StreamKey), time.GetUtcNow());
            return new Change<StreamState>(next with { IsSlugChosen = plan.IsChosen }, log).With(effects);
        }));
        _live.Reset(enabled: true);
        _live.Apply(found!);
        await StartRelay(takesOver: false);
        return StreamOutcome.Done([], stored.State.Revision);
    }

    /// <inheritdoc/>
    public Task<StreamDetails> Get(Caller caller)
    {
        var state = Existing();
        var owner = caller.Owns(state.OwnerId);
        return Task.FromResult(new StreamDetails(
            Id, state.OwnerId, state.Name, state.Genre, state.Description, state.Visibility, state.Monetized, state.Enabled,
            state.CreatedAt, state.UpdatedAt,
            owner ? state.SourceUrl : null, owner ? state.Mount : null, owner ? secrets.RelayToken(Id) : null,
            owner ? state.MetadataCharset : null, state.Revision, state.Cover.Current, state.Slug));
    }

    /// <inheritdoc/>
    public Task<StreamStatus> GetStatus() => Task.FromResult(_live.ToStatus(Id, Existing().Name));

    /// <inheritdoc/>
    public async Task<StreamOutcome> Update(Caller caller, StreamPatch patch)
    {
        RequireOwner(caller);
        Revisions.Require(patch.ExpectedRevision, stored.State.Revision, "Stream");
        var problems = StreamRules.Check(patch, stored.State);
        if (!problems.IsEmpty)
            return StreamOutcome.Invalid(problems);
        var sealedKey = secrets.SealKey(Id, patch.StreamKey);
        var plan = SlugRules.Plan(stored.State.Slug, stored.State.IsSlugChosen, patch.Slug, stored.State.Name, patch.Name?.Trim() ?? stored.State.Name);
        var (next, fields) = StreamRules.Apply(patch with { Slug = null }, stored.State, sealedKey);
        if (fields.IsEmpty && plan is null)
            return StreamOutcome.Done(fields, stored.State.Revision);
        var newSource = StreamRules.TouchesSource(fields);
        var (found, unusable) = newSource ? await relay.ProbeAsync(next.SourceUrl, next.Mount, secrets.OpenKey(Id, next.SealedKey), next.MetadataCharset) : (null, null);
        if (unusable is not null)
            return unusable;

        // A change that is rolled back, such as a late duplicate, must not affect the reminder.
        if (next.Enabled)
            await KeepRelayingAfterCrashes(true);
        var slugBefore = stored.State.Slug;
        await slugs.CommitAsync(Noun, Id, plan, (slug, effects) => stored.Commit(state =>
        {
            var (changed, log) = StreamRules.Update(Id, patch with { Slug = slug }, state, sealedKey, time.GetUtcNow());
            return new Change<StreamState>(changed with { IsSlugChosen = plan?.IsChosen ?? state.IsSlugChosen }, log).With(effects);
        }));
        if (patch.Slug is not null && stored.State.Slug != slugBefore)
            fields = fields.Add("slug");
        if (!next.Enabled)
            await KeepRelayingAfterCrashes(false);
        if (newSource || fields.Contains("enabled"))
        {
            _live.Reset(MayRelay);
            if (found is not null && MayRelay)
                _live.Apply(found);
            await (MayRelay ? StartRelay(takesOver: false) : relay.StopAsync(Id));
        }
        await NotifyWatchers();
        return StreamOutcome.Done(fields, stored.State.Revision);
    }

    /// <inheritdoc/>
    public async Task<FieldProblem?> Invite(Caller caller, ImmutableArray<string> commands)
    {
        RequireOwner(caller);
        var invited = Invitations.Read(commands, out var problem);
        if (problem is not null)
            return problem;
        await stored.Commit(state => state with { Invited = invited }, new AuditDetail($"{invited.AccountIds.Length + invited.Emails.Length} invited"));
        await NotifyWatchers();
        return null;
    }

    /// <inheritdoc/>
    public Task<Invitations> GetInvited(Caller caller)
    {
        RequireOwner(caller);
        return Task.FromResult(stored.State.Invited);
    }

    /// <inheritdoc/>
    public async Task Delete(Caller caller)
    {
        RequireOwner(caller);
        await _reports.ForgetAsync();
        await stored.Clear([new CancelJobs(), new ReleaseSlugs(Noun, Id), .. CoverRules.DeleteAll(stored.State, this.GetPrimaryKeyString())]);
        await KeepRelayingAfterCrashes(false);
        await relay.StopAsync(Id);
        _live.Reset(enabled: false);
        await NotifyWatchers();
        DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public async Task EnsureRelaying()
    {
        if (!stored.Exists)
            return;
        await CheckOwner();
        if (MayRelay)
            await StartRelay(takesOver: true);
    }

    /// <inheritdoc/>
    public async Task Report(RelayReport report)
    {
        if (!MayRelay || report.Node != silo.Name)
            return; // A late report of a relay that was stopped or has moved in the meantime.
        _journal.Add(report, _live.State, _live.Reason);
        _live.Apply(report);
        _reports.Keep(_live.Reports);
        await NotifyWatchers();
        await WriteJournal();
    }

    /// <inheritdoc/>
    public async Task ReportHeartbeat(ExternalHeartbeat heartbeat)
    {
        Existing();
        if (!secrets.IsRelayToken(Id, heartbeat.RelayToken))
            throw Foreign("The relay token does not belong to this stream");
        _live.Apply(heartbeat);
        _reports.Keep(_live.Reports);
        await NotifyWatchers();
    }

    /// <inheritdoc/>
    public Task<StreamAccess?> GetAccess()
    {
        if (!stored.Exists)
            DeactivateOnIdle(); // No activation is kept for ids that do not exist.
        return Task.FromResult(Access());
    }

    /// <inheritdoc/>
    public async Task ReportAudience(AudienceReport report)
    {
        _live.Apply(report);
        if (stored.Exists)
            await NotifyWatchers();
    }

    /// <inheritdoc/>
    public Task<StreamChange?> Subscribe(IStreamObserver observer)
    {
        if (!stored.Exists)
            return Task.FromResult<StreamChange?>(null);
        _watchers.Add(observer);
        return Task.FromResult<StreamChange?>(Change());
    }

    /// <inheritdoc/>
    public Task Unsubscribe(IStreamObserver observer)
    {
        _watchers.Remove(observer);
        return Task.CompletedTask;
    }

    /// <summary>Fires once a minute wherever the cluster places this grain: activation is what restarts the relay.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await EnsureRelaying();
        if (!stored.Exists)
            await KeepRelayingAfterCrashes(false);
    }

    /// <inheritdoc/>
    public Task Leave()
    {
        MigrateOnIdle();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await relay.EndAsync(Id);
        if (stored.Exists)
            await WriteJournal();
        await _reports.WrittenAsync();
    }

    /// <inheritdoc/>
    public void OnDehydrate(IDehydrationContext dehydrationContext) =>
        dehydrationContext.TryAddValue(MigrationKey, new StreamMigrationState(_live.CurrentTrack, _live.Audiences, _watchers.Current, _journal.LastDiscontinuity));

    /// <inheritdoc/>
    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        if (!rehydrationContext.TryGetValue<StreamMigrationState>(MigrationKey, out var migrated))
            return;
        _live.Restore(migrated.CurrentTrack, migrated.Audiences);
        _journal.RememberDiscontinuity(migrated.LastDiscontinuity);
        foreach (var watcher in migrated.Watchers)
            _watchers.Add(watcher);
    }

    private Task StartRelay(bool takesOver)
    {
        _journal.Restore(stored.State.LastDiscontinuity);
        return relay.StartAsync(Id, stored.State, _journal.LastDiscontinuity, takesOver);
    }

    private async Task CheckOwner()
    {
        if (!await _owner.RefreshAsync(stored.State.OwnerId, maxAge: TimeSpan.Zero))
            return;
        _live.Reset(MayRelay);
        if (_owner.IsDisabled)
            await relay.StopAsync(Id);
        await NotifyWatchers();
    }

    private Task KeepRelayingAfterCrashes(bool enabled) => enabled ? Reminder.SetAsync(GrainReminder.ShortestPeriod, GrainReminder.ShortestPeriod) : Reminder.ClearAsync();

    /// <summary>Writes what the relay reported. While the database is down, it is kept and written with the next report.</summary>
    private async Task WriteJournal()
    {
        if (_journal.IsEmpty)
            return;
        var entries = _journal.Pending;
        try
        {
            await stored.Commit(entries.ApplyTo, new AppendStreamLog(Id, entries.Tracks, entries.Timeline));
            _journal.Written(entries);
        }
        catch (DatabaseUnavailableException exception)
        {
            logger.LogWarning(exception, "Stream {StreamId} keeps {Count} log entries until the database is back", Id, _journal.Count);
        }
    }

    private Task NotifyWatchers() => _watchers.Tell(Change());

    private StreamChange Change() => new(_live.State, _live.CurrentTrack, _live.Listeners, Access());

    private StreamAccess? Access() => stored is { Exists: true, State: var state }
        ? new StreamAccess(state.OwnerId, state.Visibility, state.Monetized, MayRelay, MayRelay ? node.Address : null, _live.State == LiveState.Offline, state.Invited)
        : null;

    private StreamState Existing() =>
        stored.Exists ? stored.State : throw NotFound();

    private AudioException NotFound()
    {
        if (!stored.Exists)
            DeactivateOnIdle(); // No activation is kept for ids that do not exist.
        return new AudioException(AudioError.NotFound, "Stream not found");
    }

    /// <inheritdoc/>
    protected override void RequireOwner(Caller caller)
    {
        if (!caller.Owns(Existing().OwnerId))
            throw Foreign("Stream belongs to somebody else");
    }

    /// <summary>Does not reveal private streams to others.</summary>
    private AudioException Foreign(string message) =>
        stored.State.Visibility == Visibility.Private ? NotFound() : new AudioException(AudioError.Forbidden, message);
}
