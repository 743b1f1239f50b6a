using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using Dapper;
using Xunit.Abstractions;

namespace AudioOrleans.Persistence.Tests.Jobs;

/// <summary>Worker processes that are killed at any moment, or stand still for longer than their leases last and then go on.</summary>
[Trait("Speed", "slow")]
public sealed class JobKillTests(ITestOutputHelper output) : JobTests
{
    private const int Jobs = 500;
    private const Signal Freeze = Signal.Stop;
    private const Signal Thaw = Signal.Continue;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Whoever_dies_whenever_each_job_ends_once()
    {
        await Database.RunAsync(connection => connection.ExecuteAsync(WorkerProgram.Tables));
        var table = new JobTable(Database, new JobOptions(), TimeProvider.System);
        var jobs = Enumerable.Range(0, Jobs).Select(i => Job(Guid.NewGuid()) with { Subject = i % 20 == 0 ? WorkerProgram.Hopeless : "upload/1" }).ToList();
        await Database.InTransactionAsync(async transaction =>
        {
            foreach (var job in jobs)
                await table.EnqueueAsync(transaction, job, None);
        });

        var workers = new List<ChildProcess> { Start(), Start() };
        var (kills, freezes) = (0, 0);
        try
        {
            var start = TimeProvider.System.GetTimestamp();
            for (var round = 0; await LeftAsync() > 0; round++)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(start) < Deadline, $"{await LeftAsync()} jobs have not ended");
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(200, 900)), TimeProvider.System, None);
                // Not before it has come to work.
                if (round < 2)
                    await Eventually.That(async () => await AskAsync<int>("select count(distinct worker) from jobs where worker is not null") >= 2, Deadline, "both work");
                var victim = workers[round % 2];
                if (round % 4 >= 2)
                {
                    Assert.True(Signals.Send(victim.Id, Freeze));
                    await Task.Delay(Lease * 1.8, TimeProvider.System, None);
                    Assert.True(Signals.Send(victim.Id, Thaw));
                    freezes++;
                    continue;
                }
                Assert.True(Signals.Send(victim.Id, Signal.Kill));
                await victim.Exited;
                await victim.DisposeAsync();
                workers[round % 2] = Start();
                kills++;
            }
            await Eventually.That(
                () => AskAsync<bool>("select not exists (select from jobs where state = 'dead' and not told)"), Deadline, "all deaths are told");
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }

        var (begun, ended, done, dead) = await AskAsync<(int, int, int, int)>(
            """
            select (select count(*)::int from begun), count(*) filter (where state in ('done', 'dead'))::int,
                count(*) filter (where state = 'done')::int, count(*) filter (where state = 'dead')::int from jobs
            """);
        output.WriteLine($"{kills} kills, {freezes} freezes, {begun} runs of {Jobs} jobs: {done} done, {dead} dead");
        Assert.True(kills >= 2 && freezes >= 2, "somebody was killed and somebody frozen");
        Assert.True(begun > Jobs, "some jobs ran more than once");
        Assert.Equal(Jobs, ended);
        Assert.InRange(dead, Jobs / 20, Jobs / 5);
        // In the handler's own table: each that is done once and no other.
        Assert.Equal((done, done), await AskAsync<(int, int)>("select count(*)::int, count(distinct job_id)::int from outcomes"));
        Assert.Equal(0, await AskAsync<int>("select count(*) from outcomes join jobs using (job_id) where state <> 'done'"));
        // And by the run that had the job, not by one that was taken for dead.
        Assert.Equal(0, await AskAsync<int>("select count(*) from outcomes join jobs using (job_id) where attempt <> attempts"));
        // Told at least once of each that is dead, and of no other.
        Assert.Equal(dead, await AskAsync<int>("select count(distinct job_id) from deaths"));
        Assert.Equal(0, await AskAsync<int>("select count(*) from deaths join jobs using (job_id) where state <> 'dead'"));
    }

    private ChildProcess Start() => ChildProcess.Start(
        new ProcessCommand("dotnet", "exec", typeof(WorkerProgram).Assembly.Location, "work", ConnectionString, Lease.ToString()) { OnErrorLine = output.WriteLine },
        TimeProvider.System);

    private Task<int> LeftAsync() => AskAsync<int>("select count(*) from jobs where state in ('queued', 'running')");
}
