using System.Collections.Immutable;
using AudioOrleans.Configuration;
using AudioOrleans.Persistence.Jobs;
using Dapper;
using Microsoft.Extensions.Configuration;
using Xunit.Abstractions;

namespace AudioOrleans.Persistence.Tests.Jobs;

public sealed class JobPacingTests(ITestOutputHelper output) : JobTests
{
    private static readonly Guid Alice = Guid.NewGuid();

    [Fact]
    public async Task A_burst_is_accepted_and_becomes_due_at_the_pace_of_the_cap()
    {
        Use(CappedAt(60));
        await EnqueueAllAsync([.. Enumerable.Range(0, 300).Select(_ => Job(Alice))]);
        var due = (await Database.RunAsync(connection => connection.QueryAsync<DateTime>("select run_at from jobs order by run_at"))).ToList();
        Assert.Equal(300, due.Count);
        Assert.Equal(Now, due[0]);
        // Any minute within the burst, wherever it starts.
        var perMinute = Enumerable.Range(0, 240 * 4).Select(quarter => due[0].AddSeconds(quarter / 4.0))
            .Select(from => due.Count(at => at >= from && at < from.AddMinutes(1))).ToList();
        output.WriteLine($"jobs due in any minute: {perMinute.Min()} to {perMinute.Max()}");
        Assert.All(perMinute, count => Assert.InRange(count, 54, 66));
        // Spread out, but not evenly spaced.
        Assert.True(due.Zip(due.Skip(1), (one, next) => Math.Round((next - one).TotalMilliseconds)).Distinct().Count() > 100);
    }

    [Fact]
    public async Task Jitter_does_not_add_up()
    {
        Use(CappedAt(600));
        await EnqueueAllAsync([.. Enumerable.Range(0, 1001).Select(_ => Job(Alice))]);
        Assert.InRange((await QueryAsync<DateTime>("select max(run_at) from jobs") - Now).TotalSeconds, 100, 100.05);
    }

    [Fact]
    public async Task Jobs_that_are_enqueued_more_slowly_than_the_cap_are_due_at_once()
    {
        Use(CappedAt(60));
        for (var i = 0; i < 5; i++)
        {
            await EnqueueAsync(Job(Alice));
            Assert.Single(await TakeAsync(10));
            Time.Advance(TimeSpan.FromSeconds(1.1));
        }
        // Unused slots are not saved up.
        Time.Advance(TimeSpan.FromHours(1));
        await EnqueueAllAsync([.. Enumerable.Range(0, 10).Select(_ => Job(Alice))]);
        Assert.Single(await TakeAsync(10));
    }

    [Fact]
    public async Task Each_owner_and_each_queue_has_its_own_pace_and_queues_without_a_cap_have_none()
    {
        Use(new JobOptions { Caps = ImmutableDictionary<string, int>.Empty.Add(Queue, 60).Add("fetches", 60) });
        await EnqueueAllAsync([Job(Alice), Job(Alice), Job(Guid.NewGuid()), Job(null), Job(Alice, "fetches"), Job(Alice, "free"), Job(Alice, "free")]);
        Assert.Equal(6, (await TakeAsync(10)).Count);
    }

    [Fact]
    public async Task Enqueuing_the_same_job_twice_uses_one_slot()
    {
        Use(CappedAt(60));
        var job = await EnqueueAsync(Job(Alice));
        for (var i = 0; i < 10; i++)
            await EnqueueAsync(job);
        await EnqueueAsync(Job(Alice));
        Assert.InRange((await QueryAsync<DateTime>("select max(run_at) from jobs") - Now).TotalSeconds, 1, 1.5);
    }

    [Fact]
    public async Task Due_jobs_are_taken_at_the_pace_of_the_cap()
    {
        Use(CappedAt(60));
        await EnqueueAllAsync([.. Enumerable.Range(0, 150).Select(_ => Job(Alice))]);
        List<int> perMinute = [0, 0];
        for (var second = 0; second < 120; second++)
        {
            perMinute[second / 60] += (await TakeAsync(1000)).Count;
            Time.Advance(TimeSpan.FromSeconds(1));
        }
        Assert.All(perMinute, count => Assert.InRange(count, 54, 66));
    }

    [Fact]
    public void Caps_are_read_from_the_settings()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Jobs:Caps:uploads"] = "30", ["Jobs:Workers"] = "4", ["Jobs:Lease"] = "00:01:00" }).Build();
        var options = configuration.ReadOptions<JobOptions>();
        Assert.Equal((30, 4, TimeSpan.FromMinutes(1)), (options.Caps["uploads"], options.Workers, options.Lease));
    }
}
