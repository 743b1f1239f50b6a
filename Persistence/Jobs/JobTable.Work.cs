using Dapper;

namespace AudioOrleans.Persistence.Jobs;

/// <summary>The jobs that a worker has taken.</summary>
/// <param name="Leases">The jobs and their leases, in queue order.</param>
/// <param name="NextAt">When the next waiting job is due, UTC; null if there is none.</param>
public sealed record TakenJobs(IReadOnlyList<(JobRow Job, JobLease Lease)> Leases, DateTime? NextAt);

/// <summary>The state of a job after its lease was renewed.</summary>
/// <param name="JobId">The job.</param>
/// <param name="CancelRequested">Whether somebody has cancelled it.</param>
public sealed record RenewedJob(Guid JobId, bool CancelRequested);

/// <summary>How the failure of an attempt affects the next one.</summary>
public enum JobFault
{
    /// <summary>A later attempt may succeed.</summary>
    Passing,

    /// <summary>A shared dependency, such as the object store, was unavailable: the attempt does not count (see <see cref="JobOptions.OutageRetryWindow"/>).</summary>
    Outage,

    /// <summary>No attempt can succeed.</summary>
    Final,
}

/// <summary>The part for workers. A lease is validated by its token, never by the time.</summary>
public sealed partial class JobTable
{
    /// <summary>The maximum number of jobs that become due per take.</summary>
    private const int MostDue = 500;

    // With statistics from before a burst, a sort looks cheap: this forces the order to come from the index. The planner then overestimates
    // the final sort of a few rows, and JIT compilation would take longer than the whole query.
    // Whoever gets the lock advances the clock: being one job behind is harmless, and workers must not queue for it.
    private static readonly string Take =
        $"""
        set local enable_sort = off;
        set local jit = off;

        update jobs set ready = true where job_id in (
            select job_id from jobs where state = 'queued' and not ready and run_at <= @Now order by run_at limit {MostDue} for update skip locked);

        with next as (
            select job_id from jobs where state = 'queued' and ready and kind = any(@kinds)
            order by priority desc, pass, created_at, job_id limit @most for update skip locked
        ), taken as (
            update jobs j set
                state = 'running', attempts = attempts + 1, token = @token, lease_until = @Until, worker = @worker, progress = 0, started_at = @Now
            from next where j.job_id = next.job_id
            returning j.*
        ), reached as (
            select priority, max(pass) as pass from taken group by priority
        ), first as (
            insert into job_clocks (priority, pass)
            select priority, pass from reached r where not exists (select from job_clocks c where c.priority = r.priority)
            on conflict do nothing
        ), moved as (
            update job_clocks c set pass = r.pass from reached r
            where c.priority = r.priority and c.pass < r.pass
              and c.priority in (select priority from job_clocks for update skip locked)
        )
        select {Columns} from taken order by taken.priority desc, taken.pass, taken.created_at, taken.job_id;

        select min(run_at) from jobs where state = 'queued' and not ready;
        """;

    /// <summary>Takes the next due jobs, exclusively for one worker, under leases of <see cref="JobOptions.Lease"/>.</summary>
    /// <param name="worker">The worker: machine and process.</param>
    /// <param name="kinds">The kinds that it can run.</param>
    /// <param name="most">The maximum number.</param>
    /// <param name="cancellationToken">Cancels the wait; jobs that were taken stay taken.</param>
    public Task<TakenJobs> TakeAsync(string worker, IReadOnlyCollection<string> kinds, int most, CancellationToken cancellationToken) => database.InTransactionAsync(
        async transaction =>
        {
            var token = Guid.NewGuid();
            var parameters = new { worker, kinds, most, token, Now, Until = Now + options.Lease };
            await using var results = await transaction.Connection!.QueryMultipleAsync(new CommandDefinition(Take, parameters, transaction, cancellationToken: cancellationToken));
            var jobs = await results.ReadAsync<JobRow>();
            return new TakenJobs([.. jobs.Select(job => (job, new JobLease(job.JobId, token)))], await results.ReadSingleAsync<DateTime?>());
        },
        cancellationToken);

    /// <summary>Renews leases, and records their jobs' progress. Leases missing from the result are lost.</summary>
    public Task<IReadOnlyList<RenewedJob>> RenewAsync(IReadOnlyCollection<(JobLease Lease, int Progress)> leases, CancellationToken cancellationToken) =>
        database.RunAsync<IReadOnlyList<RenewedJob>>(
            async connection => (await connection.QueryAsync<RenewedJob>(new CommandDefinition(
                """
                update jobs j set lease_until = @Until, progress = v.progress
                from unnest(@ids, @tokens, @progress) as v (id, token, progress)
                where j.job_id = v.id and j.token = v.token and j.state = 'running'
                returning j.job_id, j.cancel_requested
                """,
                new
                {
                    ids = leases.Select(one => one.Lease.JobId).ToArray(),
                    tokens = leases.Select(one => one.Lease.Token).ToArray(),
                    progress = leases.Select(one => Math.Clamp(one.Progress, 0, 100)).ToArray(),
                    Until = Now + options.Lease,
                },
                cancellationToken: cancellationToken))).AsList(),
            cancellationToken);

    /// <summary>
    /// Records a failed attempt. The job is cancelled if that was requested, dead if it may not be retried, and otherwise waits
    /// after its owner's waiting jobs.
    /// </summary>
    /// <param name="lease">The lease.</param>
    /// <param name="error">Why it failed: a sentence for people.</param>
    /// <param name="fault">How the failure affects the next attempt.</param>
    /// <param name="pause">How long the next attempt waits; null for exponential backoff with full jitter.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The job's new state; null if it no longer runs under this lease.</returns>
    public Task<JobState?> FailAsync(JobLease lease, string error, JobFault fault, TimeSpan? pause, CancellationToken cancellationToken)
    {
        return database.InTransactionAsync(
            async transaction =>
            {
                var connection = transaction.Connection!;
                var now = Now;
                if (await connection.QuerySingleOrDefaultAsync<(int Attempts, int Outages, DateTime CreatedAt)?>(new CommandDefinition(
                    "select attempts, outages, created_at from jobs where job_id = @JobId and token = @Token and state = 'running' for update",
                    lease, transaction, cancellationToken: cancellationToken)) is not { } tried)
                {
                    return null;
                }
                var outage = fault == JobFault.Outage && now - tried.CreatedAt < options.OutageRetryWindow ? 1 : 0;
                var retryAt = now + (pause ?? options.LongestPause(outage == 0 ? tried.Attempts : tried.Outages + 1) * Random.Shared.NextDouble());
                return ParseState(await connection.QuerySingleAsync<string>(new CommandDefinition(
                    $"""
                    update jobs j set
                        state = {StateAfter("@isFinal", "j.attempts - @outage")},
                        attempts = attempts - @outage, outages = outages + @outage,
                        ready = false, run_at = @retryAt, error = @error, failed_for_good = @isFinal, lease_until = null,
                        pass = {NextPass("j.queue", "j.priority", "j.flow")},
                        finished_at = case when {StateAfter("@isFinal", "j.attempts - @outage")} <> 'queued' then @now end
                    where job_id = @JobId
                    returning state
                    """,
                    new { lease.JobId, error, isFinal = fault == JobFault.Final, outage, retryAt, now }, transaction, cancellationToken: cancellationToken)));
            },
            cancellationToken);
    }

    /// <summary>Releases jobs that were taken but not completed: they are due immediately, in their old positions, and the attempt does not count.</summary>
    public Task ReleaseAsync(IReadOnlyCollection<JobLease> leases, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            $"""
            with released as (
                update jobs j set
                    state = case when cancel_requested then 'cancelled' else 'queued' end,
                    finished_at = case when cancel_requested then @Now end,
                    attempts = attempts - 1, ready = true, run_at = @Now, lease_until = null, progress = 0
                from unnest(@ids, @tokens) as v (id, token)
                where j.job_id = v.id and j.token = v.token and j.state = 'running'
                returning 1
            )
            select pg_notify('{Channel}', '') from released
            """,
            new { ids = leases.Select(lease => lease.JobId).ToArray(), tokens = leases.Select(lease => lease.Token).ToArray(), Now },
            cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>
    /// Takes jobs away from workers that did not renew their leases. The attempt counts: a job that kills its worker every time ends as
    /// a dead letter. The others are due immediately, in their old positions.
    /// </summary>
    /// <returns>How many.</returns>
    public Task<int> ExpireAsync(CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            $"""
            update jobs j set
                state = {StateAfter("false", "j.attempts")},
                ready = true, run_at = @Now, error = 'The worker was lost', token = null, lease_until = null, progress = 0,
                finished_at = case when {StateAfter("false", "j.attempts")} <> 'queued' then @Now end
            where job_id in (select job_id from jobs where state = 'running' and lease_until < @Now for update skip locked)
              and state = 'running' and lease_until < @Now
            """,
            new { Now }, cancellationToken: cancellationToken)),
        cancellationToken);

    /// <summary>Takes a dead or cancelled job whose handler has not been notified yet, exclusively for one notifier until its lease expires.</summary>
    public Task<(JobRow Job, JobLease Lease)?> TakeUnnotifiedAsync(IReadOnlyCollection<string> kinds, TimeSpan lease, CancellationToken cancellationToken) => database.RunAsync(
        async connection =>
        {
            var token = Guid.NewGuid();
            var job = await connection.QuerySingleOrDefaultAsync<JobRow?>(new CommandDefinition(
                $"""
                update jobs set token = @token, lease_until = @until where job_id = (
                    select job_id from jobs
                    where state in ('dead', 'cancelled') and not told and kind = any(@kinds) and (lease_until is null or lease_until < @Now)
                    order by finished_at limit 1 for update skip locked)
                returning {Columns}
                """,
                new { kinds, token, until = Now + lease, Now }, cancellationToken: cancellationToken));
            return job is null ? ((JobRow, JobLease)?)null : (job, new JobLease(job.JobId, token));
        },
        cancellationToken);

    /// <summary>Records that the handler of such a job has been notified.</summary>
    public Task MarkNotifiedAsync(JobLease lease, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            "update jobs set told = true, lease_until = null where job_id = @JobId and token = @Token and state in ('dead', 'cancelled')", lease, cancellationToken: cancellationToken)),
        cancellationToken);

    private static string StateAfter(string isFinal, string attempts) =>
        $"case when j.cancel_requested then 'cancelled' when {isFinal} or {attempts} >= j.max_attempts then 'dead' else 'queued' end";
}
