using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Media;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Media;
using AudioOrleans.Grains.Podcasts;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Uploads;

namespace AudioOrleans.Grains.Uploads;

/// <summary>
/// One uploaded file. Its bytes go from the gateway to the object store, never through the grain. Jobs process them, and start and
/// complete in the transactions that write this state. <see cref="UploadRules"/> decides the next state.
/// </summary>
[GrainType(UploadGrain.TypeName)]
public sealed class UploadGrain([CommittedState(UploadGrain.StateName)] ICommittedState<UploadState> stored, UploadTable table, UploadOptions options, TimeProvider time)
    : CoveredGrain<UploadState>, IUploadGrain, IUploadIngestGrain, IUploadJobsGrain
{
    /// <summary>The grain's type, as it is stored.</summary>
    internal const string TypeName = "upload";

    /// <summary>The name of its state, as it is stored.</summary>
    internal const string StateName = "upload";

    private int _progress;

    /// <inheritdoc/>
    protected override ICommittedState<UploadState> Covered => stored;

    /// <inheritdoc/>
    protected override TimeProvider Clock => time;

    private Guid Id => GrainKeys.ParseId(this.GetPrimaryKeyString());

    private bool HasAllBytes => stored is { Exists: true, State.Status: not UploadStatus.Receiving };

    /// <inheritdoc/>
    public Task<UploadDetails> Get(Caller caller)
    {
        var state = OwnedBy(caller);
        return Task.FromResult(HasAllBytes ? UploadRules.ToDetails(Id, state, _progress) : throw NotFound());
    }

    /// <inheritdoc/>
    public Task<UploadMedia?> FindMedia()
    {
        if (!stored.Exists)
            DeactivateOnIdle(); // No activation is kept for ids that do not exist.
        return Task.FromResult(HasAllBytes ? UploadRules.ToMedia(stored.State) : null);
    }

    /// <inheritdoc/>
    public async Task Delete(Caller caller)
    {
        OwnedBy(caller);
        try
        {
            await Clear();
        }
        catch (ReferencedRowException)
        {
            throw new AudioException(AudioError.Conflict, "The upload is used by a playlist or an episode; remove it there first");
        }
    }

    /// <inheritdoc/>
    public async Task<UploadOutcome> Begin(BeginUpload command)
    {
        if (stored.Exists)
        {
            return stored.State is { Status: UploadStatus.Receiving } && stored.State.OwnerId == command.OwnerId
                ? new UploadOutcome([], null, stored.State.ExpiresAt)
                : throw new AudioException(AudioError.Conflict, "Upload already exists");
        }
        var problems = UploadRules.Check(command, options);
        if (!problems.IsEmpty)
            return new UploadOutcome(problems, null, null);
        try
        {
            await stored.Commit(_ => UploadRules.Begin(Id, command, options, time.GetUtcNow()));
        }
        catch (UploadQuotaException exception)
        {
            DeactivateOnIdle();
            return new UploadOutcome([], Math.Max(0, exception.Left), null);
        }
        return new UploadOutcome([], null, stored.State.ExpiresAt);
    }

    /// <inheritdoc/>
    public Task<UploadArrival> GetArrival(Caller caller) => Task.FromResult(Arrival(OwnedBy(caller)));

    /// <inheritdoc/>
    public Task<UploadArrival> Append(Caller caller, Guid partId, long offset, long length)
    {
        var state = OwnedBy(caller);
        UploadRules.RequireNextPart(Arrival(state), offset, length);
        return CommitArrival(before => UploadRules.WithPart(before, partId, offset + length));
    }

    /// <inheritdoc/>
    public async Task<UploadArrival> SetLength(Caller caller, long length)
    {
        var state = OwnedBy(caller);
        if (UploadRules.CheckLength(state, length, options) is { } problem)
            throw new AudioException(problem);
        return state.IsLengthDeferred ? await CommitArrival(before => before with { SizeBytes = length, IsLengthDeferred = false }) : Arrival(state);
    }

    /// <inheritdoc/>
    public async Task<UploadDetails> Accept(Caller caller, UploadReceived received)
    {
        var state = OwnedBy(caller);
        if (HasAllBytes && state.OriginalKey != received.Key)
            throw new AudioException(AudioError.Conflict, "The upload was already received by another request");
        if (!HasAllBytes)
        {
            var duplicate = await table.FindDuplicateAsync(state.OwnerId, received.Sha256, Id, CancellationToken.None);
            try
            {
                await stored.Commit(before => UploadRules.Accept(Id, before, received, duplicate));
            }
            catch (PartialUploadsGoneException)
            {
                throw new AudioException(AudioError.Conflict, "The partial uploads are already part of another upload, or were terminated");
            }
        }
        return UploadRules.ToDetails(Id, stored.State, _progress);
    }

    /// <inheritdoc/>
    public async Task<bool> Abandon()
    {
        if (HasAllBytes)
            return false;
        if (stored.Exists)
            await Clear();
        DeactivateOnIdle();
        return true;
    }

    /// <inheritdoc/>
    public Task Expire() => stored is { Exists: true, State.ExpiresAt: { } end } && end <= time.GetUtcNow() ? Abandon() : Task.CompletedTask;

    /// <inheritdoc/>
    public Task<UploadWork?> FindWork(Guid jobId)
    {
        if (!stored.Exists)
            DeactivateOnIdle();
        return Task.FromResult(stored.Exists ? UploadRules.WorkOf(Id, stored.State, jobId) : null);
    }

    /// <inheritdoc/>
    public Task Report(Guid jobId, int percent)
    {
        if (stored.State.PreparationJob == jobId)
            _progress = percent;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<bool> Finish(JobRunId run, MediaAsset prepared) =>
        stored.Exists && UploadRules.IsToPrepare(stored.State, run.JobId) && await End(run, state => UploadRules.Finish(Id, state, prepared, time.GetUtcNow()));

    /// <inheritdoc/>
    public async Task<bool> FinishAnalysis(JobRunId run, double? loudnessLufs) =>
        stored is { Exists: true, State.IsAnalysed: false } && stored.State.AnalysisJob == run.JobId
            && await End(run, state => state with { IsAnalysed = true, LoudnessLufs = loudnessLufs });

    /// <inheritdoc/>
    public async Task Fail(Guid jobId, string reason)
    {
        if (!stored.Exists || !UploadRules.IsToPrepare(stored.State, jobId) || stored.State.Status == UploadStatus.Failed)
            return;
        var now = time.GetUtcNow();
        await stored.Commit(state => state with { Status = UploadStatus.Failed, ErrorMessage = reason, CompletedAt = now }, RefreshEpisodes.Using(Id));
    }

    /// <summary>Commits received bytes, if the account's quota allows it. If the length is known, more bytes need no more quota.</summary>
    private async Task<UploadArrival> CommitArrival(Func<UploadState, UploadState> change)
    {
        try
        {
            await stored.Commit(before =>
            {
                var next = change(before) with { ExpiresAt = time.GetUtcNow() + options.Expiration };
                return before.IsLengthDeferred ? new Change<UploadState>(next, new CheckUploadQuota(Id, next.OwnerId, next.SizeBytes, options.QuotaBytes)) : next;
            });
            return Arrival(stored.State);
        }
        catch (UploadQuotaException exception)
        {
            return Arrival(stored.State) with { QuotaLeft = Math.Max(0, exception.Left) };
        }
    }

    private async Task<bool> End(JobRunId run, Func<UploadState, Change<UploadState>> change)
    {
        try
        {
            await stored.Commit(state => change(state).With(new EndJob(new JobLease(run.JobId, run.LeaseToken))));
            return true;
        }
        catch (LeaseLostException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    protected override void RequireOwner(Caller caller) => OwnedBy(caller);

    private async Task Clear()
    {
        await stored.Clear([new CancelJobs(), DeleteObjects.Under(UploadKeys.Prefix(stored.State.OwnerId, Id)), .. CoverRules.DeleteAll(stored.State, this.GetPrimaryKeyString())]);
        DeactivateOnIdle();
    }

    private UploadArrival Arrival(UploadState state) => UploadRules.ArrivalOf(state, options);

    private UploadState OwnedBy(Caller caller)
    {
        if (!stored.Exists)
            throw NotFound();
        return caller.Owns(stored.State.OwnerId) ? stored.State : throw new AudioException(AudioError.Forbidden, "Upload belongs to somebody else");
    }

    private AudioException NotFound()
    {
        DeactivateOnIdle(); // No activation is kept for ids that do not exist.
        return new AudioException(AudioError.NotFound, "Upload not found");
    }
}
