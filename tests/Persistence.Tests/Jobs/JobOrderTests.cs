using AudioOrleans.Persistence.Jobs;
using Dapper;
using Xunit.Abstractions;

namespace AudioOrleans.Persistence.Tests.Jobs;

[Trait("Speed", "slow")]
public sealed class JobOrderTests(ITestOutputHelper output) : JobTests
{
    private static readonly Guid Alice = Guid.NewGuid(), Bob = Guid.NewGuid();

    [Fact]
    public async Task Higher_priorities_go_first_and_older_jobs_before_younger_ones()
    {
        var low = await EnqueueAsync(Job() with { Priority = -1 });
        var (one, two) = (await EnqueueAsync(Job()), await EnqueueAsync(Job()));
        var high = await EnqueueAsync(Job() with { Priority = 5 });
        Assert.Equal([high.JobId, one.JobId, two.JobId, low.JobId], (await TakeAsync(10)).Select(taken => taken.Job.JobId));
    }

    [Fact]
    public async Task One_owners_thousand_jobs_do_not_delay_another_owners_single_one()
    {
        await EnqueueAllAsync([.. Enumerable.Range(0, 1000).Select(_ => Job(Alice))]);
        await TakeAsync(100);
        var single = await EnqueueAsync(Job(Bob));
        Assert.Contains(single.JobId, (await TakeAsync(2)).Select(taken => taken.Job.JobId));
    }

    [Fact]
    public async Task Owners_take_turns_regardless_of_their_queue_and_of_who_was_first()
    {
        await EnqueueAllAsync([.. Enumerable.Range(0, 30).Select(_ => Job(Alice))]);
        await TakeAsync(10);
        await EnqueueAllAsync([.. Enumerable.Range(0, 10).Select(_ => Job(Bob)), .. Enumerable.Range(0, 10).Select(_ => Job(null, "fetches"))]);
        var taken = (await TakeAsync(30)).Select(one => one.Job.OwnerId).ToList();
        Assert.All(taken.Chunk(3), turn => Assert.Equal(3, turn.Distinct().Count()));
    }

    [Fact]
    public async Task An_owner_without_jobs_saves_up_no_turns()
    {
        await EnqueueAsync(Job(Bob));
        await TakeAsync();
        await EnqueueAllAsync([.. Enumerable.Range(0, 100).Select(_ => Job(Alice))]);
        await TakeAsync(50);
        await EnqueueAllAsync([.. Enumerable.Range(0, 50).Select(_ => Job(Bob))]);
        Assert.InRange((await TakeAsync(20)).Count(one => one.Job.OwnerId == Bob), 9, 11);
    }

    [Fact]
    public async Task Jobs_of_a_higher_priority_do_not_move_other_owners_back_in_line()
    {
        await EnqueueAllAsync([.. Enumerable.Range(0, 100).Select(_ => Job(Alice))]);
        await EnqueueAllAsync([.. Enumerable.Range(0, 500).Select(_ => Job(Alice) with { Priority = 1 })]);
        await TakeAsync(500);
        var single = await EnqueueAsync(Job(Bob));
        Assert.Contains(single.JobId, (await TakeAsync(2)).Select(taken => taken.Job.JobId));
    }

    [Fact]
    public async Task A_failed_attempt_costs_its_owner_a_turn()
    {
        await EnqueueAllAsync([.. Enumerable.Range(0, 20).Select(_ => Job(Alice))]);
        foreach (var (_, lease) in await TakeAsync(20))
            await Table.FailAsync(lease, "no", JobFault.Passing, null, None);
        Time.Advance(Options.MaxBackoff);
        var single = await EnqueueAsync(Job(Bob));
        Assert.Contains(single.JobId, (await TakeAsync(2)).Select(taken => taken.Job.JobId));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_next_of_a_hundred_thousand_jobs_is_read_from_one_index(bool isAnalyzed)
    {
        await FillAsync(100_000, isAnalyzed);
        Assert.Equal(2, (await TakeAsync(2)).Count);
        var plan = string.Join('\n', await Database.RunAsync(connection => connection.QueryAsync<string>(
            """
            set enable_sort = off;
            explain (analyze) select job_id from jobs where state = 'queued' and ready and kind = any(array['process'])
            order by priority desc, pass, created_at, job_id limit 2 for update skip locked
            """)));
        output.WriteLine(plan);
        Assert.Contains("Index Scan using jobs_next", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_place_behind_a_hundred_thousand_jobs_is_read_from_one_index()
    {
        await FillAsync(100_000, isAnalyzed: true);
        await EnqueueAsync(Job(Alice));
        var plan = string.Join('\n', await Database.RunAsync(connection => connection.QueryAsync<string>(
            """
            explain (analyze) select pass from jobs where queue = @Queue and priority = 0 and flow = @Alice and state = 'queued' order by pass desc limit 1
            """,
            new { Queue, Alice })));
        output.WriteLine(plan);
        Assert.Contains("using jobs_by_flow", plan, StringComparison.Ordinal);
        Assert.DoesNotContain("Sort", plan, StringComparison.Ordinal);
    }

    private Task FillAsync(int count, bool isAnalyzed) => Database.RunAsync(connection => connection.ExecuteAsync(
        $"""
        insert into jobs (job_id, queue, kind, owner_id, subject, payload, priority, pass, state, ready, max_attempts, run_at, created_at)
        select gen_random_uuid(), @Queue, @Kind, md5((n % 100)::text)::uuid, 'upload/' || n, '[]', 0, n / 100, 'queued', true, 5, @Now, @Now
        from generate_series(1, @count) n;
        {(isAnalyzed ? "analyze jobs" : "")}
        """,
        new { Queue, Kind, Now, count }));
}
