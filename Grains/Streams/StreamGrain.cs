using AudioOrleans.Grains.Audit;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Access;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Grains.Nodes;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Streams;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.RelayHost.Sources;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Grains.Streams;

/// <summary>
/// One stream: what its owner wants of it is kept, how it is doing is known, and the relay runs on the silo where this
/// activation lives.
/// </summary>
[GrainType("stream"), LeastLoadedPlacement]
public sealed partial class StreamGrain(
    [PersistentState("stream", StorageNames.Audio)] IPersistentState<StreamState> stored,
    [PersistentState("stream-reports")] IPersistentState<StreamReports> reports,
    SourceProbe probe,
    RelayDirectory relays,
    StreamSecrets secrets,
    NodeIdentity node,
    ILocalSiloDetails silo,
    TimeProvider time,
    ILogger<StreamGrain> logger) : Grain, IStreamGrain, IStreamRelayGrain, IStreamAudienceGrain, IRemindable, IGrainMigrationParticipant
{
    private const string KeepRelaying = "keep-relaying";

    /// <summary>So many discontinuities may a relay have made that died before it reported them: it does so twice a minute.</summary>
    private const int UnreportedDiscontinuities = 10;

    private readonly LatestState<StreamReports> _reports = new(reports, logger);
    private readonly StreamLive _live = new(time);
    private readonly StreamWatchers _watchers = new(time);
    private readonly StreamJournal _journal = new();

    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!stored.RecordExists)
            return;
        _journal.RestoreRelay(stored.State.LastNode, stored.State.LastTrack);
        if (_reports.Value is { } reported)
            _live.Restore(reported);
        _live.Reset(stored.State.Enabled);
        await LookAtOwner();
        if (MayRelay)
            await StartRelay(takesOver: true);
    }

    /// <inheritdoc/>
    public async Task<StreamOutcome> Register(RegisterStream command)
    {
        if (stored.RecordExists)
            return stored.State.OwnerId == command.OwnerId ? StreamOutcome.Done([], stored.State.Revision) : throw new AudioException(AudioError.Conflict, "Stream exists already");
        var problems = StreamRules.Check(command);
        if (!problems.IsEmpty)
            return StreamOutcome.Invalid(problems);
        var mount = string.IsNullOrWhiteSpace(command.Mount) ? null : command.Mount.Trim();
        var (found, unusable) = await Probe(command.SourceUrl, mount, command.StreamKey, command.MetadataCharset);
        if (unusable is not null)
            return unusable;

        var now = time.GetUtcNow();
        await KeepRelayingAfterCrashes(true);
        await Commit(state => state with
        {
            OwnerId = command.OwnerId,
            Name = command.Name.Trim(),
            SourceUrl = command.SourceUrl.Trim(),
            Mount = mount,
            SealedKey = secrets.SealKey(Id, command.StreamKey),
            Genre = command.Genre.Trim(),
            Description = command.Description.Trim(),
            Visibility = command.Visibility,
            Monetized = command.Monetized,
            MetadataCharset = StreamRules.Canonical(command.MetadataCharset),
            Enabled = true,
            CreatedAt = now,
            UpdatedAt = now,
            Revision = 1,
            NewTimeline = [new TimelineRow(now.UtcDateTime, "registered", null)],
        });
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
            owner ? state.MetadataCharset : null, state.Revision));
    }

    /// <inheritdoc/>
    public Task<StreamStatus> GetStatus() => Task.FromResult(_live.ToStatus(Id, Existing().Name));

    /// <inheritdoc/>
    public async Task<StreamOutcome> Update(Caller caller, StreamPatch patch)
    {
        RequireOwner(caller);
        StreamRules.RequireRevision(patch, stored.State);
        var problems = StreamRules.Check(patch, stored.State);
        if (!problems.IsEmpty)
            return StreamOutcome.Invalid(problems);
        var sealedKey = secrets.SealKey(Id, patch.StreamKey);
        var (next, fields) = StreamRules.Apply(patch, stored.State, sealedKey);
        if (fields.IsEmpty)
            return StreamOutcome.Done(fields, stored.State.Revision);
        var newSource = StreamRules.TouchesSource(fields);
        var (found, unusable) = newSource ? await Probe(next.SourceUrl, next.Mount, secrets.OpenKey(Id, next.SealedKey), next.MetadataCharset) : (null, null);
        if (unusable is not null)
            return unusable;

        var now = time.GetUtcNow();
        var entries = ImmutableArray.CreateBuilder<TimelineRow>();
        if (newSource)
            entries.Add(new TimelineRow(now.UtcDateTime, "source_changed", null));
        if (fields.Contains("enabled"))
            entries.Add(new TimelineRow(now.UtcDateTime, next.Enabled ? "enabled" : "disabled", null));
        // A change that is undone, as a late duplicate is, must not take the reminder along.
        if (next.Enabled)
            await KeepRelayingAfterCrashes(true);
        this.DescribeChange(string.Join(", ", fields));
        await Commit(state =>
        {
            StreamRules.RequireRevision(patch, state);
            return StreamRules.Apply(patch, state, sealedKey).Next with { UpdatedAt = now, Revision = state.Revision + 1, NewTimeline = entries.ToImmutable() };
        });
        if (!next.Enabled)
            await KeepRelayingAfterCrashes(false);
        if (newSource || fields.Contains("enabled"))
        {
            _live.Reset(MayRelay);
            if (found is not null && MayRelay)
                _live.Apply(found);
            await (MayRelay ? StartRelay(takesOver: false) : relays.StopAsync(Id));
        }
        await TellWatchers();
        return StreamOutcome.Done(fields, stored.State.Revision);
    }

    /// <inheritdoc/>
    public async Task<FieldProblem?> Invite(Caller caller, ImmutableArray<string> commands)
    {
        RequireOwner(caller);
        var invited = Invitations.Read(commands, out var problem);
        if (problem is not null)
            return problem;
        this.DescribeChange($"{invited.AccountIds.Length + invited.Emails.Length} invited");
        await Commit(state => state with { Invited = invited });
        await TellWatchers();
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
        await stored.ClearStateAsync();
        await KeepRelayingAfterCrashes(false);
        await relays.StopAsync(Id);
        _live.Reset(enabled: false);
        await TellWatchers();
        DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public async Task EnsureRelaying()
    {
        if (!stored.RecordExists)
            return;
        await LookAtOwner();
        if (MayRelay)
            await StartRelay(takesOver: true);
    }

    /// <inheritdoc/>
    public async Task Report(RelayReport report)
    {
        if (!MayRelay || report.Node != silo.Name)
            return; // A last word of a relay that was switched off or has moved meanwhile.
        _journal.Add(report, _live.State, _live.Reason);
        _live.Apply(report);
        _reports.Keep(_live.Reports);
        await TellWatchers();
        await WriteJournal();
    }

    /// <inheritdoc/>
    public async Task ReportHeartbeat(ExternalHeartbeat heartbeat)
    {
        Existing();
        if (!secrets.IsRelayToken(Id, heartbeat.RelayToken))
            throw Foreign("The relay token is not this stream's");
        _live.Apply(heartbeat);
        _reports.Keep(_live.Reports);
        await TellWatchers();
    }

    /// <inheritdoc/>
    public Task<StreamAccess?> GetAccess()
    {
        if (!stored.RecordExists)
            DeactivateOnIdle(); // Made-up ids leave nothing behind.
        return Task.FromResult(Access());
    }

    /// <inheritdoc/>
    public async Task ReportAudience(AudienceReport report)
    {
        _live.Apply(report);
        if (stored.RecordExists)
            await TellWatchers();
    }

    /// <inheritdoc/>
    public Task<StreamChange?> Subscribe(IStreamObserver observer)
    {
        if (!stored.RecordExists)
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

    /// <summary>Fires once a minute wherever the cluster puts this grain: being activated is what starts the relay again.</summary>
    public async Task ReceiveReminder(string reminderName, TickStatus status)
    {
        await EnsureRelaying();
        if (!stored.RecordExists)
            await KeepRelayingAfterCrashes(false);
    }

    private async Task<(ProbeResult? Found, StreamOutcome? Unusable)> Probe(string sourceUrl, string? mount, string? key, string? charset)
    {
        try
        {
            return (await probe.ProbeAsync(new SourceSpec(StreamRules.AudioUrl(sourceUrl, mount), key, StreamRules.Canonical(charset)), CancellationToken.None), null);
        }
        catch (SourceException exception)
        {
            return (null, StreamOutcome.Unusable(SourceFaultCodes.Of(exception.Fault), exception.Message));
        }
    }

    private Task StartRelay(bool takesOver)
    {
        var state = stored.State;
        var source = new SourceSpec(StreamRules.AudioUrl(state.SourceUrl, state.Mount), secrets.OpenKey(Id, state.SealedKey), state.MetadataCharset);
        _journal.Restore(state.LastDiscontinuity);
        return relays.StartAsync(new RelaySpec(Id, source), _journal.LastDiscontinuity + UnreportedDiscontinuities, takesOver);
    }

    private async Task KeepRelayingAfterCrashes(bool enabled)
    {
        if (enabled)
            await this.RegisterOrUpdateReminder(KeepRelaying, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(1));
        else if (await this.GetReminder(KeepRelaying) is { } reminder)
            await this.UnregisterReminder(reminder);
    }

    /// <summary>Writes what the relay reported. While the database is down it is kept and goes along with the next report.</summary>
    private async Task WriteJournal()
    {
        if (_journal.IsEmpty)
            return;
        try
        {
            _journal.Written(await Commit(_journal.AddTo));
        }
        catch (DatabaseUnavailableException exception)
        {
            logger.LogWarning(exception, "Stream {StreamId} keeps {Count} log entries until the database is back", Id, _journal.Count);
        }
    }

    /// <summary>Writes the next state; what goes along with one write only is not kept.</summary>
    /// <returns>What was written, the new log entries included.</returns>
    private async Task<StreamState> Commit(Func<StreamState, StreamState> change)
    {
        var written = await stored.ChangeAsync(change);
        stored.State = written with { NewTracks = [], NewTimeline = [] };
        return written;
    }

    private Task TellWatchers() => _watchers.Tell(Change());

    private StreamChange Change() => new(_live.State, _live.CurrentTrack, _live.Listeners, Access());

    private StreamAccess? Access() => stored is { RecordExists: true, State: var state }
        ? new StreamAccess(state.OwnerId, state.Visibility, state.Monetized, MayRelay, MayRelay ? node.Address : null, _live.State == LiveState.Offline, state.Invited)
        : null;

    private StreamState Existing() =>
        stored.RecordExists ? stored.State : throw NotFound();

    private AudioException NotFound()
    {
        if (!stored.RecordExists)
            DeactivateOnIdle(); // Made-up ids leave nothing behind.
        return new AudioException(AudioError.NotFound, "Stream not found");
    }

    private void RequireOwner(Caller caller)
    {
        if (!caller.Owns(Existing().OwnerId))
            throw Foreign("Stream belongs to somebody else");
    }

    /// <summary>Of what is private strangers learn nothing.</summary>
    private AudioException Foreign(string message) =>
        stored.State.Visibility == StreamVisibility.Private ? NotFound() : new AudioException(AudioError.Forbidden, message);
}
