using AudioOrleans.Configuration;
using AudioOrleans.Persistence.Jobs;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Persistence.Tests.Jobs;

public sealed class JobLeaseTests : JobTests
{
    [Fact]
    public async Task A_renewed_lease_does_not_expire()
    {
        var job = await EnqueueAsync(Job());
        var lease = await TakeOneAsync();
        for (var i = 1; i <= 5; i++)
        {
            Time.Advance(Options.Lease * 0.9);
            Assert.Equal(0, await Table.ExpireAsync(None));
            Assert.Equal(new RenewedJob(job.JobId, CancelRequested: false), Assert.Single(await Table.RenewAsync([(lease, i * 10)], None)));
            Assert.Equal((Now + Options.Lease, i * 10), ((await RowAsync(job.JobId)).LeaseUntil, (await RowAsync(job.JobId)).Progress));
        }
    }

    [Fact]
    public async Task A_job_of_a_lost_worker_is_queued_again_in_its_old_place()
    {
        var (first, second) = (await EnqueueAsync(Job()), await EnqueueAsync(Job()));
        await TakeOneAsync();
        Time.Advance(Options.Lease + TimeSpan.FromSeconds(1));
        Assert.Equal(1, await Table.ExpireAsync(None));
        var again = (await TakeAsync(2)).Select(one => (one.Job.JobId, one.Job.Attempts));
        Assert.Equal([(first.JobId, 2), (second.JobId, 1)], again);
    }

    [Fact]
    public async Task An_expired_lease_is_valid_until_the_job_is_taken_away()
    {
        var job = await EnqueueAsync(Job());
        var lease = await TakeOneAsync();
        Time.Advance(Options.Lease * 10);
        Assert.True(await Table.CompleteAsync(lease, None));
        Assert.Equal(0, await Table.ExpireAsync(None));
        Assert.Equal(JobState.Done, (await RowAsync(job.JobId)).State);
    }

    [Fact]
    public async Task A_worker_that_lost_its_lease_can_no_longer_change_the_job()
    {
        var job = await EnqueueAsync(Job());
        var late = await TakeOneAsync();
        Time.Advance(Options.Lease + TimeSpan.FromSeconds(1));
        await Table.ExpireAsync(None);
        await AssertFencedAsync(JobState.Queued);
        var lease = await TakeOneAsync();
        await AssertFencedAsync(JobState.Running);
        Assert.True(await Table.CompleteAsync(lease, None));
        await AssertFencedAsync(JobState.Done);

        async Task AssertFencedAsync(JobState state)
        {
            var before = await RowAsync(job.JobId);
            Assert.Equal(state, before.State);
            Assert.False(await Table.CompleteAsync(late, None));
            Assert.False(await Database.InTransactionAsync(transaction => Table.CompleteAsync(transaction, late, None)));
            Assert.Empty(await Table.RenewAsync([(late, 99)], None));
            Assert.Null(await Table.FailAsync(late, "too late", JobFault.Final, null, None));
            await Table.ReleaseAsync([late], None);
            Assert.Equal(before, await RowAsync(job.JobId));
        }
    }

    [Fact]
    public async Task A_job_that_crashes_its_worker_each_time_becomes_a_dead_letter()
    {
        var job = await EnqueueAsync(Job() with { MaxAttempts = 2 });
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            await TakeOneAsync();
            Time.Advance(Options.Lease + TimeSpan.FromSeconds(1));
            Assert.Equal(1, await Table.ExpireAsync(None));
        }
        var row = await RowAsync(job.JobId);
        Assert.Equal((JobState.Dead, 2, "The worker was lost", Now), (row.State, row.Attempts, row.Error, row.FinishedAt));
        Assert.Empty(await TakeAsync());
        Assert.Equal(job.JobId, (await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None))!.Value.Job.JobId);
    }

    [Fact]
    public async Task A_job_with_a_requested_cancellation_is_cancelled_when_its_worker_is_lost()
    {
        var job = await EnqueueAsync(Job());
        await TakeOneAsync();
        await Table.CancelAsync(job.JobId, None);
        Time.Advance(Options.Lease + TimeSpan.FromSeconds(1));
        await Table.ExpireAsync(None);
        Assert.Equal(JobState.Cancelled, (await RowAsync(job.JobId)).State);
    }

    [Fact]
    public async Task A_released_job_is_due_at_once_in_its_old_place_and_no_attempt_is_counted()
    {
        var (first, second, cancelled) = (await EnqueueAsync(Job()), await EnqueueAsync(Job()), await EnqueueAsync(Job()));
        var leases = (await TakeAsync(3)).Select(one => one.Lease).ToList();
        await Table.CancelAsync(cancelled.JobId, None);
        await Table.ReleaseAsync(leases, None);
        Assert.Equal([(first.JobId, 1), (second.JobId, 1)], (await TakeAsync(3)).Select(one => (one.Job.JobId, one.Job.Attempts)));
        Assert.Equal(JobState.Cancelled, (await RowAsync(cancelled.JobId)).State);
    }

    [Fact]
    public async Task Each_failed_attempt_waits_longer_than_the_last_with_full_jitter()
    {
        Use(Options with { Backoff = TimeSpan.FromSeconds(2), MaxBackoff = TimeSpan.FromSeconds(30) });
        await EnqueueAllAsync([.. Enumerable.Range(0, 200).Select(_ => Job() with { MaxAttempts = 10 })]);
        foreach (var longest in (double[])[2, 4, 8, 16, 30, 30])
        {
            var taken = await TakeAsync(1000);
            Assert.Equal(200, taken.Count);
            foreach (var (_, lease) in taken)
                Assert.Equal(JobState.Queued, await Table.FailAsync(lease, "not yet", JobFault.Passing, null, None));
            var pauses = (await Task.WhenAll(taken.Take(50).Select(one => RowAsync(one.Job.JobId)))).Select(row => (row.RunAt - Now).TotalSeconds).ToList();
            Assert.All(pauses, pause => Assert.InRange(pause, 0, longest));
            // Full jitter: all of the range is used.
            Assert.InRange(pauses.Min(), 0, longest * 0.25);
            Assert.InRange(pauses.Max(), longest * 0.75, longest);
            Time.Advance(TimeSpan.FromSeconds(longest));
        }
    }

    [Fact]
    public async Task An_outage_costs_no_attempt_until_the_job_is_too_old()
    {
        Use(Options with { Backoff = TimeSpan.FromSeconds(2), MaxBackoff = TimeSpan.FromMinutes(5), OutageRetryWindow = TimeSpan.FromHours(6) });
        var job = await EnqueueAsync(Job() with { MaxAttempts = 2 });
        for (var outage = 1; outage <= 40; outage++)
        {
            Assert.Equal(JobState.Queued, await Table.FailAsync(await TakeOneAsync(), "The store is away", JobFault.Outage, null, None));
            var row = await RowAsync(job.JobId);
            Assert.Equal((0, "The store is away"), (row.Attempts, row.Error));
            Assert.InRange((row.RunAt - Now).TotalSeconds, 0, Math.Min(300, Math.Pow(2, outage)));
            Time.Advance(TimeSpan.FromMinutes(5));
        }
        Assert.Equal(JobState.Queued, await Table.FailAsync(await TakeOneAsync(), "not yet", JobFault.Passing, null, None));
        Assert.Equal(1, (await RowAsync(job.JobId)).Attempts);
        Time.Advance(TimeSpan.FromHours(3));
        Assert.Equal(JobState.Dead, await Table.FailAsync(await TakeOneAsync(), "The store is away", JobFault.Outage, null, None));

        var cancelled = await EnqueueAsync(Job());
        var lease = await TakeOneAsync();
        await Table.CancelAsync(cancelled.JobId, None);
        Assert.Equal(JobState.Cancelled, await Table.FailAsync(lease, "The store is away", JobFault.Outage, null, None));
    }

    [Fact]
    public async Task A_delayed_job_is_taken_when_it_is_due_and_the_worker_knows_the_time()
    {
        await EnqueueAsync(Job());
        await Table.FailAsync(await TakeOneAsync(), "not yet", JobFault.Passing, null, None);
        var next = (await Table.TakeAsync("worker", [Kind], 1, None)).NextAt;
        Assert.Equal(await QueryAsync<DateTime>("select run_at from jobs"), next);
        Time.Advance(next!.Value - Now - TimeSpan.FromMilliseconds(1));
        Assert.Empty(await TakeAsync());
        Time.Advance(TimeSpan.FromMilliseconds(1));
        var again = Assert.Single((await Table.TakeAsync("worker", [Kind], 1, None)).Leases);
        Assert.Equal(("not yet", 2), (again.Job.Error, again.Job.Attempts));
        Assert.Null((await Table.TakeAsync("worker", [Kind], 1, None)).NextAt);
    }

    [Fact]
    public async Task A_failed_last_attempt_or_a_final_failure_makes_a_dead_letter_that_is_notified_once()
    {
        var (last, final) = (await EnqueueAsync(Job() with { MaxAttempts = 1 }), await EnqueueAsync(Job()));
        Assert.Equal(JobState.Dead, await Table.FailAsync(await TakeOneAsync(), "no more", JobFault.Passing, null, None));
        Assert.Equal(JobState.Dead, await Table.FailAsync(await TakeOneAsync(), "never", JobFault.Final, null, None));
        Assert.Null(await Table.TakeUnnotifiedAsync(["other"], Options.Lease, None));

        var one = (await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None))!.Value;
        var two = (await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None))!.Value;
        Assert.Equal(new HashSet<Guid> { last.JobId, final.JobId }, [one.Job.JobId, two.Job.JobId]);
        Assert.Null(await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None));
        await Table.MarkNotifiedAsync(one.Lease, None);

        Time.Advance(Options.Lease + TimeSpan.FromSeconds(1));
        var again = (await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None))!.Value;
        Assert.Equal(two.Job.JobId, again.Job.JobId);
        await Table.MarkNotifiedAsync(two.Lease, None); // This came too late.
        Time.Advance(Options.Lease + TimeSpan.FromSeconds(1));
        Assert.NotNull(await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None));
    }

    [Theory]
    [InlineData("Workers")]
    [InlineData("Lease")]
    [InlineData("Backoff")]
    [InlineData("MaxBackoff")]
    [InlineData("Drain")]
    [InlineData("Retention")]
    [InlineData("DeadRetention")]
    [InlineData("Caps__uploads")]
    public void A_setting_out_of_range_is_rejected_by_name(string name)
    {
        var negative = TimeSpan.FromSeconds(-1);
        JobOptions options = name switch
        {
            "Workers" => new() { Workers = -1 },
            "Lease" => new() { Lease = negative },
            "Backoff" => new() { Backoff = negative },
            "MaxBackoff" => new() { MaxBackoff = negative },
            "Drain" => new() { Drain = negative },
            "Retention" => new() { Retention = negative },
            "DeadRetention" => new() { DeadRetention = negative },
            _ => CappedAt(0),
        };
        Assert.Contains($"Jobs__{name}: expected", Assert.Throws<OptionsValidationException>(options.Validate).Message, StringComparison.Ordinal);
    }
}
