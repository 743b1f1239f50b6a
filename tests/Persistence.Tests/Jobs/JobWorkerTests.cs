using System.Diagnostics;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Testing;

namespace AudioOrleans.Persistence.Tests.Jobs;

/// <summary>Workers with a real database and the real clock.</summary>
public sealed class JobWorkerTests : JobTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly JobOptions Quick = new() { Workers = 3, Lease = TimeSpan.FromSeconds(2), Backoff = TimeSpan.FromMilliseconds(50), Drain = TimeSpan.FromMilliseconds(200) };

    [Fact]
    public async Task A_job_starts_at_once_when_the_workers_are_idle()
    {
        await using var silo = new JobSilo(Database, Quick, new TestHandler());
        await silo.StartAsync();
        await silo.RunAsync(Job()); // Warms up the code.
        List<double> waits = [];
        for (var i = 0; i < 20; i++)
        {
            var start = TimeProvider.System.GetTimestamp();
            await silo.RunAsync(Job());
            waits.Add(TimeProvider.System.GetElapsedTime(start, silo.Handler.LastStart).TotalMilliseconds);
            await silo.UntilIdleAsync();
        }
        waits.Sort();
        Assert.True(waits[10] < 250, $"median {waits[10]:0.0} ms"); // Without a notification, jobs would be found only once a second.
    }

    [Fact]
    public async Task A_silo_runs_as_many_jobs_at_once_as_configured()
    {
        var end = new TaskCompletionSource();
        await using var silo = new JobSilo(Database, Quick, new TestHandler { Run = (_, _) => end.Task });
        await silo.StartAsync();
        foreach (var _ in Enumerable.Range(0, 10))
            await silo.Table.EnqueueAsync(Job(), None);
        await Eventually.That(() => silo.Handler.Now == 3, Soon, "three jobs run");
        Assert.Equal(3, await QueryAsync<int>("select count(*) from jobs where state = 'running'"));
        end.SetResult();
        await Eventually.That(async () => await QueryAsync<int>("select count(*) from jobs where state = 'done'") == 10, Soon, "all jobs are done");
        Assert.Equal(3, silo.Handler.MostAtOnce);
    }

    [Fact]
    public async Task A_failed_job_is_retried_until_it_succeeds_or_is_dead()
    {
        await using var silo = new JobSilo(Database, Quick, new TestHandler
        {
            Run = (run, _) => run.Job.Attempts < 3 ? throw new InvalidDataException("not yet") : Task.CompletedTask,
        });
        await silo.StartAsync();
        var (succeeding, failing) = (Job(), Job() with { MaxAttempts = 2 });
        await silo.RunAsync(succeeding);
        await silo.RunAsync(failing);
        Assert.Equal((JobState.Done, 3, null), Summary(await RowAsync(succeeding.JobId)));
        Assert.Equal((JobState.Dead, 2, "InvalidDataException: not yet"), Summary(await RowAsync(failing.JobId)));
        await Eventually.That(() => silo.Handler.EndedJobs.Count == 1, Soon, "the handler is notified");
        Assert.Equal((failing.JobId, "InvalidDataException: not yet"), Assert.Single(silo.Handler.EndedJobs));
    }

    [Fact]
    public async Task A_job_that_failed_for_good_is_not_retried_and_keeps_its_reason()
    {
        await using var silo = new JobSilo(Database, Quick, new TestHandler { Run = (_, _) => throw new JobFailedException("The file holds no audio") });
        await silo.StartAsync();
        var job = Job();
        await silo.RunAsync(job);
        Assert.Equal((JobState.Dead, 1, "The file holds no audio"), Summary(await RowAsync(job.JobId)));
        await Eventually.That(() => silo.Handler.EndedJobs.Contains((job.JobId, "The file holds no audio")), Soon, "the handler is notified");
    }

    [Theory]
    [InlineData(true, JobEndCause.Failed)]
    [InlineData(false, JobEndCause.Exhausted)]
    public async Task A_job_that_failed_for_good_is_distinguished_from_one_that_used_up_its_attempts(bool isFinal, JobEndCause expected)
    {
        await using var silo = new JobSilo(Database, Quick, new TestHandler
        {
            Run = (_, _) => throw (isFinal ? new JobFailedException("The file holds no audio") : new InvalidDataException("not this time")),
        });
        await silo.StartAsync();
        var job = Job() with { MaxAttempts = 1 };
        await silo.RunAsync(job);
        await Eventually.That(() => silo.Handler.Causes.ContainsKey(job.JobId), Soon, "the handler is notified");
        Assert.Equal(expected, silo.Handler.Causes[job.JobId]);
    }

    [Fact]
    public async Task Lanes_never_wait_for_each_other_and_each_has_its_own_limit()
    {
        var end = new TaskCompletionSource();
        var (work, external) = (new TestHandler { Run = (_, _) => end.Task }, new TestHandler { Kind = new JobKind("fetch", "outside", JobLane.External), Run = (_, _) => end.Task });
        await using var silo = new JobSilo(Database, Quick, work, external);
        await silo.StartAsync();
        foreach (var _ in Enumerable.Range(0, 20))
        {
            await silo.Table.EnqueueAsync(Job(), None);
            await silo.Table.EnqueueAsync(external.Kind.Create("outside/1"), None);
        }
        await Eventually.That(() => (work.Now, external.Now) == (3, 12), Soon, "each lane is full");
        end.SetResult();
        await Eventually.That(async () => await QueryAsync<int>("select count(*) from jobs where state = 'done'") == 40, Soon, "all jobs are done");
        Assert.Equal((3, 12), (work.MostAtOnce, external.MostAtOnce));
    }

    [Fact]
    public async Task A_handler_is_notified_of_a_cancelled_job()
    {
        await using var silo = new JobSilo(Database, Quick, new TestHandler { Run = (_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop) });
        await silo.StartAsync();
        var job = Job();
        await silo.Table.EnqueueAsync(job, None);
        await Eventually.That(() => silo.Handler.Now == 1, Soon, "the job runs");
        await silo.Table.CancelAsync(job.JobId, None);
        await Eventually.That(() => silo.Handler.EndedJobs.Contains((job.JobId, "An administrator cancelled the work.")), Soon, "the handler is notified");
        Assert.Equal(JobState.Cancelled, (await RowAsync(job.JobId)).State);
    }

    [Fact]
    public async Task An_outage_of_the_object_store_costs_no_attempt()
    {
        var outages = 0;
        await using var silo = new JobSilo(Database, Quick, new TestHandler
        {
            Run = (_, _) => ++outages < 4 ? throw new ObjectStoreUnavailableException("The disk is full") : Task.CompletedTask,
        });
        await silo.StartAsync();
        var job = Job() with { MaxAttempts = 1 };
        await silo.RunAsync(job);
        Assert.Equal((JobState.Done, 1, null), Summary(await RowAsync(job.JobId)));
    }

    [Fact]
    public async Task A_handler_is_notified_of_a_dead_job_until_it_accepts_the_notification()
    {
        var tries = 0;
        await using var silo = new JobSilo(Database, Quick, new TestHandler
        {
            Run = (_, _) => throw new JobFailedException("no"),
            OnEnded = () => ++tries < 3 ? throw new InvalidDataException("busy") : Task.CompletedTask,
        });
        await silo.StartAsync();
        await silo.RunAsync(Job());
        await Eventually.That(() => QueryAsync<bool>("select told from jobs"), Soon, "the handler accepted it");
        Assert.Equal(3, tries);
    }

    [Fact]
    public async Task A_job_that_its_grain_completed_stays_done_when_the_handler_fails()
    {
        JobTable? table = null;
        await using var silo = new JobSilo(Database, Quick, new TestHandler
        {
            Run = async (run, _) =>
            {
                Assert.True(await Database.InTransactionAsync(transaction => table!.CompleteAsync(transaction, run.Lease, None), None));
                throw new InvalidDataException("its answer was lost");
            },
        });
        table = silo.Table;
        await silo.StartAsync();
        var job = Job();
        await silo.RunAsync(job);
        await silo.UntilIdleAsync();
        Assert.Equal((JobState.Done, 1, null), Summary(await RowAsync(job.JobId)));
    }

    [Fact]
    public async Task A_long_job_keeps_its_lease_reports_its_progress_and_can_be_cancelled()
    {
        await using var silo = new JobSilo(Database, Quick, new TestHandler
        {
            Run = async (run, cancellationToken) =>
            {
                run.Report(42);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            },
        });
        await silo.StartAsync();
        var job = Job();
        await silo.Table.EnqueueAsync(job, None);
        await Eventually.That(async () => (await RowAsync(job.JobId)).Progress == 42, Soon, "its progress is known");
        var first = (await RowAsync(job.JobId)).LeaseUntil!.Value;
        await Eventually.That(() => TimeProvider.System.GetUtcNow().UtcDateTime > first, Soon, "its first lease would have expired");
        Assert.Equal((JobState.Running, 1, null), Summary(await RowAsync(job.JobId)));
        Assert.True(await silo.Table.CancelAsync(job.JobId, None));
        await Eventually.That(async () => (await RowAsync(job.JobId)).State == JobState.Cancelled, Soon, "it is cancelled");
        Assert.Empty(silo.Handler.EndedJobs);
    }

    [Fact]
    public async Task A_run_that_lost_its_lease_is_stopped_and_changes_nothing()
    {
        await using var silo = new JobSilo(Database, Quick with { Workers = 1 }, new TestHandler
        {
            Run = (_, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken),
        });
        await silo.StartAsync();
        var job = Job();
        await silo.Table.EnqueueAsync(job, None);
        await Eventually.That(() => silo.Handler.Now == 1, Soon, "the job runs");
        var other = Guid.NewGuid();
        await Database.RunAsync(connection => Dapper.SqlMapper.ExecuteAsync(connection, "update jobs set token = @other, lease_until = @until", new { other, until = DateTime.UnixEpoch.AddYears(200) }));
        await Eventually.That(() => silo.Handler.Now == 0, Soon, "it was stopped");
        await silo.UntilIdleAsync();
        Assert.Equal((JobState.Running, 1, null), Summary(await RowAsync(job.JobId)));
        Assert.True(await silo.Table.CompleteAsync(new JobLease(job.JobId, other), None));
    }

    [Fact]
    public async Task A_stopping_silo_waits_for_its_jobs_and_releases_those_that_do_not_end()
    {
        var finish = new TaskCompletionSource();
        var silo = new JobSilo(Database, Quick with { Drain = TimeSpan.FromSeconds(1) }, new TestHandler
        {
            Run = (run, cancellationToken) => run.Job.Subject switch
            {
                "ends" => finish.Task,
                "heeds" => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken),
                _ => new TaskCompletionSource().Task,
            },
        });
        await using var _ = silo;
        await silo.StartAsync();
        var jobs = new[] { "ends", "heeds", "hangs" }.Select(subject => Job() with { Subject = subject }).ToArray();
        foreach (var job in jobs)
            await silo.Table.EnqueueAsync(job, None);
        await Eventually.That(() => silo.Handler.Now == 3, Soon, "all jobs run");
        var stopping = silo.StopAsync();
        var late = Job();
        await silo.Table.EnqueueAsync(late, None);
        finish.SetResult();
        await Eventually.Ends(stopping, Soon, "the silo stops");
        Assert.Equal((JobState.Done, 1, null), Summary(await RowAsync(jobs[0].JobId)));
        Assert.Equal((JobState.Queued, 0, null), Summary(await RowAsync(jobs[1].JobId)));
        Assert.Equal((JobState.Queued, 0, null), Summary(await RowAsync(jobs[2].JobId)));
        Assert.Equal((JobState.Queued, 0, null), Summary(await RowAsync(late.JobId)));

        await using var next = new JobSilo(Database, Quick, new TestHandler());
        await next.StartAsync();
        await Eventually.That(async () => await QueryAsync<int>("select count(*) from jobs where state = 'done'") == 4, Soon, "another silo runs them");
    }

    [Fact]
    public async Task A_job_runs_in_the_trace_of_the_caller_that_enqueued_it()
    {
        Activity? seen = null;
        await using var silo = new JobSilo(Database, Quick, new TestHandler
        {
            Run = (_, _) =>
            {
                seen = Activity.Current;
                return Task.CompletedTask;
            },
        });
        await silo.StartAsync();
        await silo.RunAsync(Job() with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" });
        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"), (seen!.TraceId.ToHexString(), seen.ParentSpanId.ToHexString()));
        await silo.RunAsync(Job());
        Assert.NotEqual("0af7651916cd43dd8448eb211c80319c", seen!.TraceId.ToHexString());
    }

    [Fact]
    public void Two_handlers_of_the_same_kind_are_rejected() => Assert.Contains(
        Kind, Assert.Throws<InvalidOperationException>(() => new JobSilo(Database, Quick, new TestHandler(), new TestHandler())).Message, StringComparison.Ordinal);

    private static (JobState State, int Attempts, string? Error) Summary(JobRow job) => (job.State, job.Attempts, job.Error);
}
