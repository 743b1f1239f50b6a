using System.Diagnostics;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Persistence.Tests.Jobs;

public sealed class JobTableTests : JobTests
{
    [Fact]
    public async Task A_job_is_queued_runs_and_is_done()
    {
        var owner = Guid.NewGuid();
        var job = await EnqueueAsync(Job(owner, payload: """{"bytes": 7}""") with { Priority = 3, MaxAttempts = 2, TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" });
        var waiting = await RowAsync(job.JobId);
        Assert.Equal(
            new JobRow
            {
                JobId = job.JobId, Queue = Queue, Kind = Kind, OwnerId = owner, Subject = job.Subject, Payload = job.Payload, Priority = 3, State = JobState.Queued,
                MaxAttempts = 2, RunAt = Now, TraceParent = job.TraceParent, CreatedAt = Now,
            },
            waiting);

        Time.Advance(TimeSpan.FromSeconds(1));
        var (running, lease) = Assert.Single(await TakeAsync());
        Assert.Equal(
            waiting with { State = JobState.Running, Attempts = 1, LeaseUntil = Now + Options.Lease, Worker = "worker", StartedAt = Now },
            running);
        Assert.Equal(running, await RowAsync(job.JobId));
        Assert.Empty(await TakeAsync());

        Time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(await Table.CompleteAsync(lease, None));
        Assert.Equal(running with { State = JobState.Done, Progress = 100, LeaseUntil = null, FinishedAt = Now }, await RowAsync(job.JobId));
        Assert.False(await Table.CompleteAsync(lease, None));
    }

    [Fact]
    public async Task A_job_that_is_enqueued_twice_exists_once_even_after_it_is_done()
    {
        var job = await EnqueueAsync(Job());
        await EnqueueAsync(job with { Subject = "another" });
        Assert.True(await Table.CompleteAsync(await TakeOneAsync(), None));
        await EnqueueAsync(job);
        Assert.Empty(await TakeAsync());
        Assert.Equal((JobState.Done, job.Subject), ((await RowAsync(job.JobId)).State, (await RowAsync(job.JobId)).Subject));
    }

    [Fact]
    public async Task A_job_that_is_enqueued_in_a_transaction_does_not_exist_after_a_rollback()
    {
        var job = Job();
        await Assert.ThrowsAsync<InvalidDataException>(() => Database.InTransactionAsync(async transaction =>
        {
            await Table.EnqueueAsync(transaction, job, None);
            throw new InvalidDataException();
        }));
        Assert.Null(await Table.FindAsync(job.JobId, None));
    }

    [Fact]
    public async Task A_job_is_completed_together_with_the_callers_transaction_or_not_at_all()
    {
        var job = await EnqueueAsync(Job());
        var lease = await TakeOneAsync();
        await Assert.ThrowsAsync<InvalidDataException>(() => Database.InTransactionAsync(async transaction =>
        {
            Assert.True(await Table.CompleteAsync(transaction, lease, None));
            throw new InvalidDataException();
        }));
        Assert.Equal(JobState.Running, (await RowAsync(job.JobId)).State);
        Assert.True(await Database.InTransactionAsync(transaction => Table.CompleteAsync(transaction, lease, None)));
        Assert.Equal(JobState.Done, (await RowAsync(job.JobId)).State);
    }

    [Fact]
    public async Task Only_jobs_of_the_requested_kinds_are_taken()
    {
        var job = await EnqueueAsync(Job() with { Kind = "other" });
        Assert.Empty(await TakeAsync());
        Assert.Equal(job.JobId, Assert.Single((await Table.TakeAsync("worker", [Kind, "other"], 5, None)).Leases).Job.JobId);
    }

    [Fact]
    public async Task Concurrent_workers_get_different_jobs_and_do_not_wait_for_each_other()
    {
        await EnqueueAllAsync([.. Enumerable.Range(0, 200).Select(_ => Job())]);
        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => TakeAsync(10)));
        var ids = taken.SelectMany(some => some.Select(one => one.Job.JobId)).ToList();
        Assert.Equal(200, ids.Count);
        Assert.Equal(200, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_worker_skips_jobs_that_another_transaction_has_locked()
    {
        var (first, second) = (await EnqueueAsync(Job()), await EnqueueAsync(Job()));
        await Database.InTransactionAsync(async transaction =>
        {
            await Dapper.SqlMapper.ExecuteAsync(transaction.Connection!, "select from jobs where job_id = @JobId for update", first, transaction);
            Assert.Equal(second.JobId, Assert.Single(await TakeAsync(2).WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System)).Job.JobId);
        });
        Assert.Equal(first.JobId, (await TakeOneAsync()).JobId);
    }

    [Fact]
    public async Task A_queued_job_is_cancelled_at_once_and_a_running_job_at_its_next_renewal()
    {
        var (running, waiting) = (await EnqueueAsync(Job()), await EnqueueAsync(Job()));
        var lease = await TakeOneAsync();
        Assert.True(await Table.CancelAsync(waiting.JobId, None));
        Assert.True(await Table.CancelAsync(running.JobId, None));
        Assert.Equal((JobState.Cancelled, Now), ((await RowAsync(waiting.JobId)).State, (await RowAsync(waiting.JobId)).FinishedAt));
        Assert.Empty(await TakeAsync());
        Assert.Equal(JobState.Running, (await RowAsync(running.JobId)).State);
        Assert.Equal(new RenewedJob(running.JobId, CancelRequested: true), Assert.Single(await Table.RenewAsync([(lease, 0)], None)));
        Assert.Equal(JobState.Cancelled, await Table.FailAsync(lease, "stopped", JobFault.Passing, null, None));
        Assert.False(await Table.CancelAsync(running.JobId, None));
        Assert.False(await Table.CancelAsync(Guid.NewGuid(), None));
        // Their handlers are notified of it.
        var unnotified = new[] { (await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None))!.Value, (await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None))!.Value };
        Assert.Equal(new HashSet<Guid> { running.JobId, waiting.JobId }, [.. unnotified.Select(one => one.Job.JobId)]);
        Assert.All(unnotified, one => Assert.Equal(JobState.Cancelled, one.Job.State));
        foreach (var (_, notification) in unnotified)
            await Table.MarkNotifiedAsync(notification, None);
        Assert.Equal(2, await QueryAsync<int>("select count(*) from jobs where told"));
    }

    [Fact]
    public async Task A_run_that_succeeds_despite_a_requested_cancellation_is_done()
    {
        var job = await EnqueueAsync(Job());
        var lease = await TakeOneAsync();
        Assert.True(await Table.CancelAsync(job.JobId, None));
        Assert.True(await Table.CompleteAsync(lease, None));
        Assert.Equal(JobState.Done, (await RowAsync(job.JobId)).State);
    }

    [Fact]
    public async Task All_jobs_of_a_subject_are_cancelled_together_with_the_callers_transaction()
    {
        var job = await EnqueueAsync(Job());
        var (same, other) = (await EnqueueAsync(Job() with { Subject = job.Subject }), await EnqueueAsync(Job()));
        await Assert.ThrowsAsync<InvalidDataException>(() => Database.InTransactionAsync(async transaction =>
        {
            await Table.CancelSubjectAsync(transaction, job.Subject, None);
            throw new InvalidDataException();
        }));
        Assert.Equal(JobState.Queued, (await RowAsync(job.JobId)).State);
        await Database.InTransactionAsync(transaction => Table.CancelSubjectAsync(transaction, job.Subject, None));
        Assert.Equal(JobState.Cancelled, (await RowAsync(job.JobId)).State);
        Assert.Equal(JobState.Cancelled, (await RowAsync(same.JobId)).State);
        Assert.Equal(JobState.Queued, (await RowAsync(other.JobId)).State);
        Assert.Null(await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None)); // They were cancelled through their subject, so nobody has to be notified.
    }

    [Fact]
    public async Task A_job_belongs_to_the_trace_in_which_it_was_enqueued()
    {
        using var activity = new Activity("request").Start();
        var job = await EnqueueAsync(Job());
        Assert.Equal(activity.Id, (await RowAsync(job.JobId)).TraceParent);
    }
}
