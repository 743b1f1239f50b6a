using AudioOrleans.Grains.Jobs;
using AudioOrleans.Grains.Mail;
using AudioOrleans.Persistence.Jobs;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Jobs;

/// <summary>Runs one job, from the call of its handler to the outcome in the database.</summary>
internal sealed class JobExecution(JobTable table, JobHandlers handlers, TimeProvider time, ILogger<JobExecution> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Runs the job; never throws.</summary>
    /// <param name="running">The job.</param>
    /// <param name="giveUp">Cancels the retries of writing the outcome; the lease then expires.</param>
    /// <returns>The job's new state; null if this run no longer decides it.</returns>
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
            // Any exception belongs to the job: it must not stop the workers.
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
            // False: the handler's grain has already completed it, or another worker has taken the job.
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
            // Unusable user input is for the user to handle, not for the operator.
            var level = failure is JobFailedException ? LogLevel.Information : outcome == JobState.Dead ? LogLevel.Error : LogLevel.Warning;
            logger.Log(
                level, failure is JobFailedException or OperationCanceledException or MailNotSentException ? null : failure,
                "Job {JobId} ({Kind}, {Subject}) failed in attempt {Attempt} of {MaxAttempts} and is {State}: {Reason}",
                job.JobId, job.Kind, job.Subject, job.Attempts, job.MaxAttempts, outcome, failure.Describe());
        }
        return state;
    }
}
