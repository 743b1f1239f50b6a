using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Jobs;

/// <summary>
/// Takes jobs away from dead workers, and notifies the handlers of dead or cancelled jobs, retrying each until it succeeds:
/// including jobs whose worker died with the last attempt.
/// </summary>
internal sealed class DeadLetterNotifier(JobTable table, JobHandlers handlers, JobOptions options, TimeProvider time, ILogger<DeadLetterNotifier> logger)
{
    private const string Cancelled = "An administrator cancelled the work.";

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly JobSignal _signal = new(time);

    /// <summary>Signals that a job has just died.</summary>
    public void Call() => _signal.Call();

    /// <summary>Checks once a second, and when signalled.</summary>
    /// <param name="freed">Called when jobs were taken away from a dead worker.</param>
    /// <param name="cancellationToken">Cancels the loop.</param>
    public async Task WatchAsync(Action freed, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                if (await table.ExpireAsync(cancellationToken) is > 0 and var count)
                {
                    logger.LogWarning("{Count} jobs were taken away from workers that did not renew their leases", count);
                    freed();
                }
                while (await NotifyAsync(cancellationToken))
                    logger.LogDebug("There may be more jobs whose handlers have to be notified");
            }
            catch (Exception exception) when (exception.IsPassing() && !cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(exception, "The search for jobs of lost workers failed; trying again");
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await _signal.WaitAsync(Poll, cancellationToken);
        }
    }

    private async Task<bool> NotifyAsync(CancellationToken cancellationToken)
    {
        // If the handler fails or hangs, the notification is repeated when this lease expires.
        if (await table.TakeUnnotifiedAsync(handlers.Kinds, options.Lease, cancellationToken) is not { } dead)
            return false;
        var (job, lease) = dead;
        using var activity = JobActivities.Start("tell", job);
        using var late = new CancellationTokenSource(options.Lease, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            await handlers[job.Kind].EndedAsync(job, EndOf(job), end.Token).WaitAsync(end.Token);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Any failure: the other handlers must still be notified.
            logger.LogWarning(exception, "The handler of {Kind} could not be notified that job {JobId} is {State}; trying again", job.Kind, job.JobId, job.State);
            return true;
        }
        await table.MarkNotifiedAsync(lease, cancellationToken);
        return true;
    }

    private static JobEnd EndOf(JobRow job) => job.State == JobState.Cancelled
        ? new JobEnd(JobEndCause.Cancelled, Cancelled)
        : new JobEnd(job.FailedForGood ? JobEndCause.Failed : JobEndCause.Exhausted, job.Error ?? "The job failed");
}
