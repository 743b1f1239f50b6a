using System.Diagnostics;
using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Jobs;

/// <summary>The SQL of jobs. This part is for those who have something done; the others are for workers and for admins.</summary>
/// <remarks>Times come from the program's clock alone, so that tests can move it.</remarks>
public sealed partial class JobTable(AudioDatabase database, JobOptions options, TimeProvider time)
{
    /// <summary>Where workers listen for jobs that are due at once.</summary>
    internal const string Channel = "jobs";

    private const string Columns =
        """
        job_id, queue, kind, owner_id, subject, payload::text as payload, priority, state, attempts, max_attempts, run_at, lease_until,
        worker, progress, trace_parent, error, failed_for_good, created_at, started_at, finished_at
        """;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// Adds a job inside a transaction, so that it exists if and only if what made it necessary does. A job that exists already, or did
    /// and is kept, stays as it is.
    /// </summary>
    /// <remarks>In a queue with a cap this locks the owner's place in it until the transaction ends: enqueue in one capped queue at most.</remarks>
    public Task EnqueueAsync(NpgsqlTransaction transaction, NewJob job, CancellationToken cancellationToken) =>
        EnqueueAsync(transaction.Connection!, transaction, job, cancellationToken);

    /// <summary>Adds a job. One that exists already, or did and is kept, stays as it is.</summary>
    public Task EnqueueAsync(NewJob job, CancellationToken cancellationToken) =>
        database.RunAsync(connection => EnqueueAsync(connection, null, job, cancellationToken), cancellationToken);

    /// <summary>
    /// Marks a job done inside the transaction that holds what came of it, if it still runs under this lease. Otherwise (false) another
    /// worker has it, or it has ended: the caller throws, so that its transaction is undone.
    /// </summary>
    public async Task<bool> CompleteAsync(NpgsqlTransaction transaction, JobLease lease, CancellationToken cancellationToken) =>
        await CompleteAsync(transaction.Connection!, transaction, lease, dropsPayload: false, cancellationToken);

    /// <summary>Marks a job done, if it still runs under this lease; otherwise false.</summary>
    public Task<bool> CompleteAsync(JobLease lease, CancellationToken cancellationToken) => CompleteAsync(lease, dropsPayload: false, cancellationToken);

    /// <summary>The same, and deletes the payload where it must not outlive the job.</summary>
    public Task<bool> CompleteAsync(JobLease lease, bool dropsPayload, CancellationToken cancellationToken) =>
        database.RunAsync(connection => CompleteAsync(connection, null, lease, dropsPayload, cancellationToken), cancellationToken);

    /// <summary>
    /// Calls off what waits or runs for a subject, inside the transaction that has no more use for it: see
    /// <see cref="CancelAsync(Guid, CancellationToken)"/>. Handlers are not told: whoever calls this is who they would tell.
    /// </summary>
    public Task CancelSubjectAsync(NpgsqlTransaction transaction, string subject, CancellationToken cancellationToken) =>
        CancelAsync(transaction.Connection!, transaction, "subject = @subject", new { subject, told = true, now = Now }, cancellationToken);

    /// <summary>
    /// Calls a job off: one that waits is cancelled now, one that runs when its worker hears of it, with its next renewal. Its
    /// handler is told. False when there is no such job or it has ended.
    /// </summary>
    public Task<bool> CancelAsync(Guid jobId, CancellationToken cancellationToken) => database.RunAsync(
        async connection => await CancelAsync(connection, null, "job_id = @jobId", new { jobId, told = false, now = Now }, cancellationToken) > 0, cancellationToken);

    /// <summary>The same inside a transaction.</summary>
    public async Task<bool> CancelAsync(NpgsqlTransaction transaction, Guid jobId, CancellationToken cancellationToken) =>
        await CancelAsync(transaction.Connection!, transaction, "job_id = @jobId", new { jobId, told = false, now = Now }, cancellationToken) > 0;

    /// <summary>A job; null when there is none or it is not kept any more.</summary>
    public Task<JobRow?> FindAsync(Guid jobId, CancellationToken cancellationToken) =>
        database.RunAsync(connection => FindAsync(connection, null, jobId, cancellationToken), cancellationToken);

    /// <summary>The same as a transaction sees it.</summary>
    public static Task<JobRow?> FindAsync(NpgsqlTransaction transaction, Guid jobId, CancellationToken cancellationToken) =>
        FindAsync(transaction.Connection!, transaction, jobId, cancellationToken);

    /// <summary>The pass of a job that joins a flow now: behind all that was taken, and behind what the flow has waiting (start-time fair queueing).</summary>
    private static string NextPass(string queue, string priority, string flow) =>
        $"""
        1 + greatest(
            (select pass from job_clocks where priority = {priority}),
            (select pass from jobs where queue = {queue} and priority = {priority} and flow = {flow} and state = 'queued' order by pass desc limit 1),
            0)
        """;

    // Jitter moves a job within its slot and never the slots after it; the first of a burst gets none.
    private static readonly string Enqueue =
        $"""
        with paced as (
            insert into job_pacing as p (queue, flow, slot)
            select @Queue, @Flow, @Now where @Interval::float8 is not null and not exists (select from jobs where job_id = @JobId)
            on conflict (queue, flow) do update set slot = greatest(@Now, p.slot + make_interval(secs => @Interval))
            returning slot
        ), due as (
            select coalesce((select slot + case when slot > @Now then make_interval(secs => @Interval * @Jitter) else interval '0' end from paced), @Now) as at
        ), added as (
            insert into jobs (
                job_id, queue, kind, owner_id, subject, payload, priority, pass, state, ready, max_attempts, run_at, trace_parent, created_at)
            select
                @JobId, @Queue, @Kind, @OwnerId, @Subject, @Payload::json, @Priority, {NextPass("@Queue", "@Priority", "@Flow")},
                'queued', due.at <= @Now, @MaxAttempts, due.at, @TraceParent, @Now
            from due
            on conflict (job_id) do nothing
            returning ready
        )
        select pg_notify('{Channel}', '') from added where ready
        """;

    // Dapper reads names of enums in rows, and not where they stand alone.
    private static JobState? ParseState(string? state) => state is null ? null : Enum.Parse<JobState>(state, ignoreCase: true);

    private Task EnqueueAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, NewJob job, CancellationToken cancellationToken)
    {
        var parameters = new
        {
            job.JobId, job.Queue, job.Kind, job.OwnerId, job.Subject, job.Payload, job.Priority, job.MaxAttempts,
            TraceParent = job.TraceParent ?? (Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity ? activity.Id : null),
            Flow = job.OwnerId ?? Guid.Empty,
            Now,
            Interval = options.IntervalOf(job.Queue)?.TotalSeconds,
            Jitter = Random.Shared.NextDouble() / 2,
        };
        return connection.ExecuteAsync(new CommandDefinition(Enqueue, parameters, transaction, cancellationToken: cancellationToken));
    }

    private static Task<JobRow?> FindAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, Guid jobId, CancellationToken cancellationToken) =>
        connection.QuerySingleOrDefaultAsync<JobRow?>(new CommandDefinition(
            $"select {Columns} from jobs where job_id = @jobId", new { jobId }, transaction, cancellationToken: cancellationToken));

    private async Task<bool> CompleteAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, JobLease lease, bool dropsPayload, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(new CommandDefinition(
            """
            update jobs set state = 'done', progress = 100, lease_until = null, error = null, finished_at = @Now, payload = case when @dropsPayload then '{}' else payload end
            where job_id = @JobId and token = @Token and state = 'running'
            """,
            new { lease.JobId, lease.Token, dropsPayload, Now }, transaction, cancellationToken: cancellationToken)) > 0;

    private static Task<int> CancelAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, string which, object parameters, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition(
            $"""
            update jobs set
                state = case state when 'queued' then 'cancelled' else state end,
                finished_at = case state when 'queued' then @now end,
                cancel_requested = true,
                told = told or @told
            where {which} and state in ('queued', 'running')
            """,
            parameters, transaction, cancellationToken: cancellationToken));
}
