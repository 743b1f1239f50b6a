using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;

namespace AudioOrleans.Grains.Uploads;

/// <summary>Measures an upload's loudness and draws its waveform. The upload can be played without them.</summary>
public sealed class AnalyseUpload(IGrainFactory grains, AudioPreparer preparer, IObjectStore store) : IJobHandler
{
    /// <summary>The grain supplies the work.</summary>
    public static readonly JobKind Job = new("uploads.analyse", "analysis", JobLane.Quiet) { MaxAttempts = 3 };

    /// <inheritdoc/>
    public JobKind Kind => Job;

    /// <inheritdoc/>
    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        var upload = grains.GetGrain<IUploadJobsGrain>(run.Job.Subject);
        if (await upload.FindWork(run.Job.JobId) is not { } work)
            return;
        try
        {
            var loudness = await preparer.AnalyseAsync(work.Prefix, work.SourceKey, cancellationToken);
            await upload.FinishAnalysis(new JobRunId(run.Lease.JobId, run.Lease.Token), loudness.IntegratedLufs);
        }
        catch (UnusableAudioException exception)
        {
            throw new JobFailedException(exception.Message);
        }
        finally
        {
            await UploadCleanup.TidyAsync(grains, store, run.Job.Subject, work.Prefix);
        }
    }
}
