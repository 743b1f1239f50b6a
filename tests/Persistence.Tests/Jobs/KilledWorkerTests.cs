using AudioOrleans.Persistence.Jobs;
using AudioOrleans.RelayHost.Processes;
using AudioOrleans.Testing;
using Dapper;
using Xunit.Abstractions;

namespace AudioOrleans.Persistence.Tests.Jobs;

/// <summary>Worker processes that are killed at any moment, or frozen for longer than their leases and then continued.</summary>
[Trait("Speed", "slow")]
public sealed class KilledWorkerTests(ITestOutputHelper output) : JobTests
{
    private const int Jobs = 500;
    private const Signal Freeze = Signal.Stop;
    private const Signal Thaw = Signal.Continue;

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Each_job_ends_once_no_matter_which_worker_dies_and_when()
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
            for (var round = 0; await UnfinishedAsync() > 0; round++)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(start) < Deadline, $"{await UnfinishedAsync()} jobs have not ended");
                await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(200, 900)), TimeProvider.System, None);
                // Not before both workers have started to work.
                if (round < 2)
                    await Eventually.That(async () => await QueryAsync<int>("select count(distinct worker) from jobs where worker is not null") >= 2, Deadline, "both workers have taken jobs");
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
                () => QueryAsync<bool>("select not exists (select from jobs where state = 'dead' and not told)"), Deadline, "the handler was notified of all dead jobs");
        }
        finally
        {
            foreach (var worker in workers)
                await worker.DisposeAsync();
        }

        var (begun, ended, done, dead) = await QueryAsync<(int, int, int, int)>(
            """
            select (select count(*)::int from begun), count(*) filter (where state in ('done', 'dead'))::int,
                count(*) filter (where state = 'done')::int, count(*) filter (where state = 'dead')::int from jobs
            """);
        output.WriteLine($"{kills} kills, {freezes} freezes, {begun} runs of {Jobs} jobs: {done} done, {dead} dead");
        Assert.True(kills >= 2 && freezes >= 2, "some workers were killed and some were frozen");
        Assert.True(begun > Jobs, "some jobs ran more than once");
        Assert.Equal(Jobs, ended);
        Assert.InRange(dead, Jobs / 20, Jobs / 5);
        // The handler's own table has each job that is done once, and no other job.
        Assert.Equal((done, done), await QueryAsync<(int, int)>("select count(*)::int, count(distinct job_id)::int from outcomes"));
        Assert.Equal(0, await QueryAsync<int>("select count(*) from outcomes join jobs using (job_id) where state <> 'done'"));
        // The outcome comes from the run that held the job, not from one that had lost its lease.
        Assert.Equal(0, await QueryAsync<int>("select count(*) from outcomes join jobs using (job_id) where attempt <> attempts"));
        // The handler was notified at least once of each dead job, and of no other job.
        Assert.Equal(dead, await QueryAsync<int>("select count(distinct job_id) from deaths"));
        Assert.Equal(0, await QueryAsync<int>("select count(*) from deaths join jobs using (job_id) where state <> 'dead'"));
    }

    private ChildProcess Start() => ChildProcess.Start(
        new ProcessCommand("dotnet", "exec", typeof(WorkerProgram).Assembly.Location, "work", ConnectionString, Lease.ToString()) { OnErrorLine = output.WriteLine },
        TimeProvider.System);

    private Task<int> UnfinishedAsync() => QueryAsync<int>("select count(*) from jobs where state in ('queued', 'running')");
}
