using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Persistence.Tests.Jobs;

public sealed class JobAdminTests : JobTests
{
    [Fact]
    public async Task Stats_show_the_state_of_each_queue()
    {
        Assert.Empty(await Table.StatsAsync(None));
        await EnqueueAsync(Job());
        Assert.True(await Table.CompleteAsync(await TakeOneAsync(), None));
        Time.Advance(TimeSpan.FromMinutes(61));
        var oldest = Now;
        await EnqueueAllAsync([.. Enumerable.Range(0, 6).Select(_ => Job())]);
        Time.Advance(TimeSpan.FromMinutes(1));
        await EnqueueAsync(Job(queue: "fetches"));
        var taken = (await TakeAsync(4)).Where(one => one.Job.Queue == Queue).Select(one => one.Lease).ToList();
        Assert.True(await Table.CompleteAsync(taken[0], None));
        await Table.FailAsync(taken[1], "never", JobFault.Final, null, None);
        await Table.FailAsync(taken[2], "later", JobFault.Passing, null, None);
        Assert.Equal(
            [new QueueStats("fetches", 0, 1, 0, 0, null), new QueueStats(Queue, 4, 0, 1, 1, oldest)],
            await Table.StatsAsync(None));
        Assert.Equal([(Queue, 4L)], await Table.LengthsAsync(None));
    }

    [Fact]
    public async Task A_peek_shows_the_next_jobs_in_order()
    {
        await EnqueueAsync(Job());
        await Table.FailAsync(await TakeOneAsync(), "later", JobFault.Passing, null, None);
        var owner = Guid.NewGuid();
        await EnqueueAllAsync([.. Enumerable.Range(0, 5).Select(_ => Job(owner)), Job(Guid.NewGuid()), Job() with { Priority = 9 }, Job(queue: "fetches")]);
        var peeked = await Table.PeekAsync(Queue, 100, None);
        Assert.Equal(8, peeked.Count);
        Assert.Equal(1, peeked[^1].Attempts); // It waits for its next attempt.
        Assert.Equal(peeked.Take(3), await Table.PeekAsync(Queue, 3, None));
        await Table.CancelAsync((await Table.PeekAsync("fetches", 1, None))[0].JobId, None);
        Assert.Equal(peeked.Take(7).Select(job => job.JobId), (await TakeAsync(7)).Select(one => one.Job.JobId));
        Assert.Empty(await Table.PeekDeadAsync(Queue, 10, None));
    }

    [Fact]
    public async Task Only_dead_and_cancelled_jobs_can_be_retried_and_they_get_all_their_attempts_again()
    {
        var (dead, cancelled) = (await EnqueueAsync(Job() with { MaxAttempts = 1 }), await EnqueueAsync(Job()));
        await Table.FailAsync(await TakeOneAsync(), "never", JobFault.Final, null, None);
        await Table.CancelAsync(cancelled.JobId, None);
        Assert.Equal([dead.JobId], (await Table.PeekDeadAsync(Queue, 10, None)).Select(job => job.JobId));

        Assert.Equal(JobState.Dead, await RetryAsync(dead.JobId));
        Assert.Equal(JobState.Cancelled, await RetryAsync(cancelled.JobId));
        Assert.Equal(JobState.Queued, await RetryAsync(dead.JobId));
        Assert.Null(await RetryAsync(Guid.NewGuid()));
        Assert.Null(await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None));

        var again = await TakeAsync(2);
        Assert.All(again, one => Assert.Equal((1, JobState.Running), (one.Job.Attempts, one.Job.State)));
        Assert.Equal(JobState.Running, await RetryAsync(cancelled.JobId));
        Assert.Equal(JobState.Queued, await Table.FailAsync(again.Single(one => one.Job.JobId == cancelled.JobId).Lease, "not yet", JobFault.Passing, null, None));
        // It is dead a second time, so its handler is notified a second time.
        Assert.Equal(JobState.Dead, await Table.FailAsync(again.Single(one => one.Job.JobId == dead.JobId).Lease, "never", JobFault.Passing, null, None));
        Assert.NotNull(await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None));
    }

    [Fact]
    public async Task A_purge_deletes_only_dead_letters_whose_handlers_were_notified()
    {
        for (var i = 0; i < 3; i++)
        {
            await EnqueueAsync(Job());
            await Table.FailAsync(await TakeOneAsync(), "never", JobFault.Final, null, None);
        }
        var waiting = await EnqueueAsync(Job());
        Assert.Equal(0, await PurgeAsync());
        for (var i = 0; i < 2; i++)
            await Table.MarkNotifiedAsync((await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None))!.Value.Lease, None);
        Assert.Equal(2, await PurgeAsync());
        Assert.Equal(2, await QueryAsync<int>("select count(*) from jobs"));
        Assert.Equal(JobState.Queued, (await RowAsync(waiting.JobId)).State);
    }

    [Fact]
    public async Task Jobs_that_have_ended_are_deleted_after_their_retention()
    {
        Use(CappedAt(60_000));
        for (var i = 0; i < 3; i++)
            await EndAllAsync();
        Time.Advance(Options.Retention - TimeSpan.FromMinutes(1));
        await EndAllAsync();
        Time.Advance(TimeSpan.FromMinutes(2));
        var kept = await EnqueueAsync(Job());
        // Deletes the done and cancelled jobs of the first three rounds, a few at a time.
        for (var i = 0; i < 4; i++)
            await Table.DeleteOldAsync(2, None);
        Assert.Equal((1, 1, 4, 1), await CountAsync());
        Time.Advance(Options.DeadRetention);
        Assert.Equal(5 + 1, await Table.DeleteOldAsync(100, None)); // Five jobs and a pacing slot.
        Assert.Equal((0, 0, 1, 1), await CountAsync()); // The handler of one was not notified yet.
        Assert.Equal(JobState.Queued, (await RowAsync(kept.JobId)).State);

        async Task EndAllAsync()
        {
            await EnqueueAllAsync([Job(), Job(), Job()]);
            Time.Advance(TimeSpan.FromSeconds(1));
            var taken = await TakeAsync(3);
            Assert.True(await Table.CompleteAsync(taken[0].Lease, None));
            await Table.CancelAsync(taken[1].Job.JobId, None);
            await Table.FailAsync(taken[1].Lease, "called off", JobFault.Passing, null, None);
            await Table.FailAsync(taken[2].Lease, "never", JobFault.Final, null, None);
            await QueryAsync<int>("with told as (update jobs set told = true where state = 'cancelled' returning 1) select count(*) from told");
            if (await QueryAsync<int>("select count(*) from jobs where state = 'dead'") > 1)
                await Table.MarkNotifiedAsync((await Table.TakeUnnotifiedAsync([Kind], Options.Lease, None))!.Value.Lease, None);
        }

        Task<(int, int, int, int)> CountAsync() => QueryAsync<(int, int, int, int)>(
            """
            select count(*) filter (where state = 'done')::int, count(*) filter (where state = 'cancelled')::int,
                count(*) filter (where state = 'dead')::int, count(*) filter (where state = 'queued')::int from jobs
            """);
    }

    private Task<JobState?> RetryAsync(Guid jobId) => Database.InTransactionAsync(transaction => Table.RetryAsync(transaction, jobId, None));

    private Task<int> PurgeAsync() => Database.InTransactionAsync(transaction => JobTable.PurgeDeadAsync(transaction, None));
}
