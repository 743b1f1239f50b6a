using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Storage;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Uploads;

public sealed partial class UploadGrain
{
    /// <inheritdoc/>
    public Task<UploadWork?> FindWork(Guid jobId)
    {
        var state = stored.State;
        if (!stored.RecordExists)
            DeactivateOnIdle();
        else if (IsToPrepare(jobId))
            return Task.FromResult<UploadWork?>(Work(state.OriginalKey));
        else if (state is { IsAnalysed: false, Prepared: { } prepared } && state.AnalysisJob == jobId)
            return Task.FromResult<UploadWork?>(Work(prepared.Mp3.Key));
        return Task.FromResult<UploadWork?>(null);

        UploadWork Work(string sourceKey) => new(UploadKeys.Prefix(state.OwnerId, Id), sourceKey, state.Format, state.RenditionsKbps, state.TargetLufs);
    }

    /// <inheritdoc/>
    public Task Report(Guid jobId, int percent)
    {
        if (stored.State.PreparationJob == jobId)
            _progress = percent;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> Finish(UploadJobRun run, UploadPrepared prepared)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!IsToPrepare(run.JobId))
            return Task.FromResult(false);
        var analysis = UploadJobs.Analyse(Id, stored.State.OwnerId);
        var now = time.GetUtcNow();
        return End(run, state => state with
        {
            Status = UploadStatus.Ready,
            Prepared = prepared,
            CompletedAt = now,
            ErrorMessage = null,
            AnalysisJob = analysis.JobId,
            NewJobs = [analysis],
        });
    }

    /// <inheritdoc/>
    public Task<bool> FinishAnalysis(UploadJobRun run, double? loudnessLufs)
    {
        ArgumentNullException.ThrowIfNull(run);
        return stored.RecordExists && stored.State.AnalysisJob == run.JobId && !stored.State.IsAnalysed
            ? End(run, state => state with { IsAnalysed = true, LoudnessLufs = loudnessLufs })
            : Task.FromResult(false);
    }

    /// <inheritdoc/>
    public async Task Fail(Guid jobId, string reason)
    {
        if (!IsToPrepare(jobId) || stored.State.Status == UploadStatus.Failed)
            return;
        var now = time.GetUtcNow();
        await Write(state => state with { Status = UploadStatus.Failed, ErrorMessage = reason, CompletedAt = now });
    }

    /// <summary>Also after it failed: an admin may have the job tried again.</summary>
    private bool IsToPrepare(Guid jobId) =>
        stored is { RecordExists: true, State.Status: UploadStatus.Processing or UploadStatus.Failed } && stored.State.PreparationJob == jobId;

    private async Task<bool> End(UploadJobRun run, Func<UploadState, UploadState> change)
    {
        try
        {
            await Write(state => change(state) with { EndingJob = new JobLease(run.JobId, run.LeaseToken) });
            return true;
        }
        catch (LeaseLostException)
        {
            return false;
        }
    }
}
