using AudioOrleans.Grains.Audit;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Jobs;
using AudioOrleans.Grains.Operations;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Jobs;
using Npgsql;
using JobState = AudioOrleans.Persistence.Jobs.JobState;

namespace AudioOrleans.Grains.Jobs;

/// <inheritdoc cref="IJobsGrain"/>
[StatelessWorker, GrainType("jobs")]
public sealed class JobsGrain(AudioDatabase database, JobTable table, OperationLog operations, AuditTrail trail, TimeProvider time) : Grain, IJobsGrain
{
    /// <summary>The resource of a purge in the audit trail.</summary>
    private const string DeadLetters = "jobs/dead";

    /// <inheritdoc/>
    public async Task<ImmutableArray<JobQueueStats>> GetStats(Caller caller)
    {
        RequireAdmin(caller);
        var now = time.GetUtcNow().UtcDateTime;
        return
        [
            .. (await table.StatsAsync(CancellationToken.None)).Select(queue => new JobQueueStats(
                queue.Queue, queue.Waiting, queue.Running, queue.DoneLastHour, queue.Dead, now - queue.OldestWaiting)),
        ];
    }

    /// <inheritdoc/>
    public async Task<ImmutableArray<JobDetails>> Peek(Caller caller, JobPeek peek)
    {
        RequireAdmin(caller);
        var jobs = peek.Dead
            ? await table.PeekDeadAsync(peek.Queue, peek.Count, CancellationToken.None)
            : await table.PeekAsync(peek.Queue, peek.Count, CancellationToken.None);
        return [.. jobs.Select(ToDetails)];
    }

    /// <inheritdoc/>
    public Task<JobDetails> Retry(Caller caller, Guid jobId) => ChangeAsync(caller, jobId, async transaction =>
    {
        if (await table.RetryAsync(transaction, jobId, CancellationToken.None) is { } state and not (JobState.Dead or JobState.Cancelled))
            throw new AudioException(AudioError.Conflict, $"The job is {Word(state)}; only dead and cancelled jobs can be retried");
    });

    /// <inheritdoc/>
    public Task<JobDetails> Cancel(Caller caller, Guid jobId) => ChangeAsync(caller, jobId, async transaction =>
    {
        if (!await table.CancelAsync(transaction, jobId, CancellationToken.None) && await JobTable.FindAsync(transaction, jobId, CancellationToken.None) is { } job)
            throw new AudioException(AudioError.Conflict, $"The job is already {Word(job.State)}");
    });

    /// <inheritdoc/>
    public Task<int> PurgeDead(Caller caller)
    {
        RequireAdmin(caller);
        return database.InTransactionAsync(async transaction =>
        {
            await operations.EnterAsync(transaction);
            var count = await JobTable.PurgeDeadAsync(transaction, CancellationToken.None);
            await trail.EnterAsync(DeadLetters, transaction, CancellationToken.None);
            return count;
        });
    }

    private static void RequireAdmin(Caller caller)
    {
        if (!caller.IsAdmin)
            throw new AudioException(AudioError.Forbidden, "The job queue is for admins");
    }

    private static string Word(JobState state) => state.ToString().ToLowerInvariant();

    private static JobDetails ToDetails(JobRow job) => new(
        job.JobId, job.Queue, job.Kind, job.OwnerId, job.Subject, job.Priority, (Interfaces.Jobs.JobState)job.State, job.Attempts, job.MaxAttempts, job.Progress,
        job.Worker, job.Error, job.CreatedAt, job.RunAt, job.StartedAt, job.FinishedAt);

    private Task<JobDetails> ChangeAsync(Caller caller, Guid jobId, Func<NpgsqlTransaction, Task> change)
    {
        RequireAdmin(caller);
        return database.InTransactionAsync(async transaction =>
        {
            await operations.EnterAsync(transaction);
            await change(transaction);
            await trail.EnterAsync($"job/{jobId:D}", transaction, CancellationToken.None);
            return await JobTable.FindAsync(transaction, jobId, CancellationToken.None) is { } job
                ? ToDetails(job)
                : throw new AudioException(AudioError.NotFound, "Job not found");
        });
    }
}
