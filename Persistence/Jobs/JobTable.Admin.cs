using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Jobs;

/// <summary>Statistics of a queue.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Waiting">How many jobs wait for a worker or for their due time.</param>
/// <param name="Running">How many run.</param>
/// <param name="DoneLastHour">How many were done in the last hour.</param>
/// <param name="Dead">How many dead letters there are.</param>
/// <param name="OldestWaiting">Since when the oldest waiting job has waited, UTC; null if none waits.</param>
public sealed record QueueStats(string Queue, long Waiting, long Running, long DoneLastHour, long Dead, DateTime? OldestWaiting);

/// <summary>The part for admins and housekeeping.</summary>
public sealed partial class JobTable
{
    /// <summary>The number of waiting jobs in each non-empty queue.</summary>
    public Task<IReadOnlyList<(string Queue, long Length)>> LengthsAsync(CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<(string, long)>>(
        async connection => (await connection.QueryAsync<(string, long)>(new CommandDefinition(
            "select queue, count(*) from jobs where state = 'queued' group by queue", cancellationToken: cancellationToken))).AsList(),
        cancellationToken);

    /// <summary>Statistics of each non-empty queue, ordered by name.</summary>
    public Task<IReadOnlyList<QueueStats>> StatsAsync(CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<QueueStats>>(
        async connection => (await connection.QueryAsync<QueueStats>(new CommandDefinition(
            """
            with counted as (
                select queue, state, count(*) as count, min(created_at) as oldest from jobs where state = 'queued' group by queue, state
                union all
                select queue, state, count(*), null from jobs where state = 'running' group by queue, state
                union all
                select queue, state, count(*), null from jobs where state = 'dead' group by queue, state
                union all
                select queue, state, count(*), null from jobs where state = 'done' and finished_at > @since group by queue, state
            )
            select queue,
                coalesce(sum(count) filter (where state = 'queued'), 0)::bigint as waiting,
                coalesce(sum(count) filter (where state = 'running'), 0)::bigint as running,
                coalesce(sum(count) filter (where state = 'done'), 0)::bigint as done_last_hour,
                coalesce(sum(count) filter (where state = 'dead'), 0)::bigint as dead,
                min(oldest) as oldest_waiting
            from counted group by queue order by queue
            """,
            new { since = Now.AddHours(-1) }, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);

    /// <summary>The next jobs of a queue in execution order; those that are not due yet come last.</summary>
    public Task<IReadOnlyList<JobRow>> PeekAsync(string queue, int most, CancellationToken cancellationToken) => ListAsync(
        "queue = @queue and state = 'queued' order by ready desc, case when not ready then run_at end, priority desc, pass, created_at, job_id",
        queue, most, cancellationToken);

    /// <summary>The dead letters of a queue, the latest first.</summary>
    public Task<IReadOnlyList<JobRow>> PeekDeadAsync(string queue, int most, CancellationToken cancellationToken) =>
        ListAsync("queue = @queue and state = 'dead' order by finished_at desc, job_id", queue, most, cancellationToken);

    /// <summary>
    /// Retries a dead or cancelled job, with all its attempts restored, after its owner's waiting jobs.
    /// </summary>
    /// <returns>The job's previous state; null if there is no such job. A job in any other state is not changed.</returns>
    public async Task<JobState?> RetryAsync(NpgsqlTransaction transaction, Guid jobId, CancellationToken cancellationToken)
    {
        var connection = transaction.Connection!;
        var state = ParseState(await connection.QuerySingleOrDefaultAsync<string?>(new CommandDefinition(
            "select state from jobs where job_id = @jobId for update", new { jobId }, transaction, cancellationToken: cancellationToken)));
        if (state is JobState.Dead or JobState.Cancelled)
        {
            await connection.ExecuteAsync(new CommandDefinition(
                $"""
                update jobs j set
                    state = 'queued', ready = true, run_at = @Now, attempts = 0, progress = 0, outages = 0, cancel_requested = false, told = false,
                    token = null, lease_until = null, finished_at = null, pass = {NextPass("j.queue", "j.priority", "j.flow")}
                where job_id = @jobId;
                select pg_notify('{Channel}', '')
                """,
                new { jobId, Now }, transaction, cancellationToken: cancellationToken));
        }
        return state;
    }

    /// <summary>Deletes the dead letters whose handlers have been notified; returns how many.</summary>
    public static Task<int> PurgeDeadAsync(NpgsqlTransaction transaction, CancellationToken cancellationToken) =>
        transaction.Connection!.ExecuteAsync(new CommandDefinition(
            "delete from jobs where state = 'dead' and told", null, transaction, cancellationToken: cancellationToken));

    /// <summary>Deletes a batch of ended jobs whose retention has passed, and of unused slots; returns how many.</summary>
    public Task<int> DeleteOldAsync(int most, CancellationToken cancellationToken) => database.RunAsync(
        connection => connection.ExecuteAsync(new CommandDefinition(
            """
            with old as (
                (select job_id from jobs where state = 'done' and finished_at < @done limit @most)
                union all
                (select job_id from jobs where state = 'cancelled' and finished_at < @done and told limit @most)
                union all
                (select job_id from jobs where state = 'dead' and finished_at < @dead and told limit @most)
                limit @most
            )
            delete from jobs where job_id in (select job_id from old) and state in ('done', 'cancelled', 'dead');
            delete from job_pacing where (queue, flow) in (select queue, flow from job_pacing where slot < @done order by slot limit @most for update skip locked);
            """,
            new { done = Now - options.Retention, dead = Now - options.DeadRetention, most }, cancellationToken: cancellationToken)),
        cancellationToken);

    private Task<IReadOnlyList<JobRow>> ListAsync(string which, string queue, int most, CancellationToken cancellationToken) => database.RunAsync<IReadOnlyList<JobRow>>(
        async connection => (await connection.QueryAsync<JobRow>(new CommandDefinition(
            $"select {Columns} from jobs where {which} limit @most", new { queue, most }, cancellationToken: cancellationToken))).AsList(),
        cancellationToken);
}
