using System.Diagnostics;
using Dapper;
using Npgsql;

namespace AudioOrleans.Persistence.Jobs;

/// <summary>The SQL of jobs. This part is for enqueueing and completing; the others are for workers and for admins.</summary>
/// <remarks>Times come from the program's clock only, so that tests can control it.</remarks>
public sealed partial class JobTable(AudioDatabase database, JobOptions options, TimeProvider time)
{
    /// <summary>The channel on which workers listen for jobs that are due immediately.</summary>
    internal const string Channel = "jobs";

    private const string Columns =
        """
        job_id, queue, kind, owner_id, subject, payload::text as payload, priority, state, attempts, max_attempts, run_at, lease_until,
        worker, progress, trace_parent, error, failed_for_good, created_at, started_at, finished_at
        """;

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    /// <summary>
    /// Adds a job in a transaction, so that it exists if and only if the change that requires it does. A job that exists already, or has
    /// ended and is still kept, is not changed.
    /// </summary>
    /// <remarks>In a queue with a cap this locks the owner's slot until the transaction ends: enqueue in at most one capped queue.</remarks>
    public Task EnqueueAsync(NpgsqlTransaction transaction, NewJob job, CancellationToken cancellationToken) =>
        EnqueueAsync(transaction.Connection!, transaction, job, cancellationToken);

    /// <summary>Adds a job. One that exists already, or has ended and is still kept, is not changed.</summary>
    public Task EnqueueAsync(NewJob job, CancellationToken cancellationToken) =>
        database.RunAsync(connection => EnqueueAsync(connection, null, job, cancellationToken), cancellationToken);

    /// <summary>
    /// Completes a job in the transaction that stores its result, if it still runs under this lease. Otherwise (false) another
    /// worker has it, or it has ended: the caller must throw, so that its transaction is rolled back.
    /// </summary>
    public async Task<bool> CompleteAsync(NpgsqlTransaction transaction, JobLease lease, CancellationToken cancellationToken) =>
        await CompleteAsync(transaction.Connection!, transaction, lease, dropsPayload: false, cancellationToken);

    /// <summary>Completes a job, if it still runs under this lease; otherwise false.</summary>
    public Task<bool> CompleteAsync(JobLease lease, CancellationToken cancellationToken) => CompleteAsync(lease, dropsPayload: false, cancellationToken);

    /// <summary>The same, and deletes the payload if it must not outlive the job.</summary>
    public Task<bool> CompleteAsync(JobLease lease, bool dropsPayload, CancellationToken cancellationToken) =>
        database.RunAsync(connection => CompleteAsync(connection, null, lease, dropsPayload, cancellationToken), cancellationToken);

    /// <summary>
    /// Cancels waiting and running jobs of a subject, in the transaction that makes them obsolete: see
    /// <see cref="CancelAsync(Guid, CancellationToken)"/>. Handlers are not notified: they would notify the caller itself.
    /// </summary>
    public Task CancelSubjectAsync(NpgsqlTransaction transaction, string subject, CancellationToken cancellationToken) =>
        CancelAsync(transaction.Connection!, transaction, "subject = @subject", new { subject, told = true, now = Now }, cancellationToken);

    /// <summary>
    /// Cancels a job: a waiting one immediately, a running one when its worker next renews the lease. Its handler
    /// is notified. False if there is no such job or it has ended.
    /// </summary>
    public Task<bool> CancelAsync(Guid jobId, CancellationToken cancellationToken) => database.RunAsync(
        async connection => await CancelAsync(connection, null, "job_id = @jobId", new { jobId, told = false, now = Now }, cancellationToken) > 0, cancellationToken);

    /// <summary>The same in a transaction.</summary>
    public async Task<bool> CancelAsync(NpgsqlTransaction transaction, Guid jobId, CancellationToken cancellationToken) =>
        await CancelAsync(transaction.Connection!, transaction, "job_id = @jobId", new { jobId, told = false, now = Now }, cancellationToken) > 0;

    /// <summary>A job; null if there is none or it is no longer kept.</summary>
    public Task<JobRow?> FindAsync(Guid jobId, CancellationToken cancellationToken) =>
        database.RunAsync(connection => FindAsync(connection, null, jobId, cancellationToken), cancellationToken);

    /// <summary>The same in a transaction.</summary>
    public static Task<JobRow?> FindAsync(NpgsqlTransaction transaction, Guid jobId, CancellationToken cancellationToken) =>
        FindAsync(transaction.Connection!, transaction, jobId, cancellationToken);

    /// <summary>The pass of a job that joins a flow now: after all jobs that were taken, and after the flow's waiting jobs (start-time fair queueing).</summary>
    private static string NextPass(string queue, string priority, string flow) =>
        $"""
        1 + greatest(
            (select pass from job_clocks where priority = {priority}),
            (select pass from jobs where queue = {queue} and priority = {priority} and flow = {flow} and state = 'queued' order by pass desc limit 1),
            0)
        """;

    // Jitter moves a job within its slot, never the slots after it; the first job of a burst gets none.
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

    // Dapper maps enum names in rows, but not as scalars.
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
