using AudioOrleans.Grains.Jobs;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Persistence.Jobs;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Jobs;

/// <summary>Runs one job from the handler's call to the outcome in the database.</summary>
internal sealed class JobExecution(JobTable table, JobHandlers handlers, TimeProvider time, ILogger<JobExecution> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Runs it; never throws.</summary>
    /// <param name="running">The job.</param>
    /// <param name="giveUp">Ends the tries to write the outcome down; the lease then ends by itself.</param>
    /// <returns>What became of the job; null when that is not for this run to say any more.</returns>
    public async Task<JobState?> RunAsync(RunningJob running, CancellationToken giveUp)
    {
        var job = running.Run.Job;
        using var activity = JobActivities.Start("run", job);
        Exception? failure = null;
        try
        {
            await handlers[job.Kind].RunAsync(running.Run, running.StopToken);
        }
        catch (Exception exception)
        {
            // Whatever it is, it is the job's: it must not end the workers.
            failure = exception;
        }
        while (true)
        {
            try
            {
                return await SettleAsync(running, failure, giveUp);
            }
            catch (Exception exception) when (exception.IsPassing() && !giveUp.IsCancellationRequested)
            {
                logger.LogWarning(exception, "The outcome of job {JobId} could not be written; trying again", job.JobId);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            await Task.WhenAny(Task.Delay(Pause, time, giveUp));
            if (giveUp.IsCancellationRequested)
                return null;
        }
    }

    private async Task<JobState?> SettleAsync(RunningJob running, Exception? failure, CancellationToken cancellationToken)
    {
        var (job, lease) = (running.Run.Job, running.Run.Lease);
        if (failure is null)
        {
            // False: the handler's grain did so already, or another worker has the job.
            return await table.CompleteAsync(lease, cancellationToken) ? JobState.Done : null;
        }
        if (running.Reason == StopReason.GivenBack && failure is not JobFailedException)
        {
            await table.ReleaseAsync([lease], cancellationToken);
            return JobState.Queued;
        }
        var state = await table.FailAsync(lease, failure.Describe(), failure.Fault(), handlers[job.Kind].PauseAfter(job.Attempts), cancellationToken);
        if (state is { } outcome)
        {
            // What a user gave and nobody can use is for that user to look at.
            var level = failure is JobFailedException ? LogLevel.Information : outcome == JobState.Dead ? LogLevel.Error : LogLevel.Warning;
            logger.Log(
                level, failure is JobFailedException or OperationCanceledException or MailNotSentException ? null : failure,
                "Job {JobId} ({Kind}, {Subject}) failed in attempt {Attempt} of {MaxAttempts} and is {State}: {Reason}",
                job.JobId, job.Kind, job.Subject, job.Attempts, job.MaxAttempts, outcome, failure.Describe());
        }
        return state;
    }
}
