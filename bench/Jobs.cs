using System.Collections.Concurrent;
using AudioOrleans.Bench.Measuring;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Silo.Jobs;
using AudioOrleans.Testing;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioOrleans.Bench;

/// <summary>How many jobs go through the queue, beside the barest queue that SQL can make, and how soon one starts.</summary>
internal sealed class Jobs : IBenchmark
{
    private const int Count = 10_000;
    private const int Owners = 100;
    private const int Rounds = 3;
    private const int Starts = 100;
    private const int Workers = 2;
    private const string Kind = "nothing";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    public string Name => "jobs";

    public string What => $"{Count:N0} jobs of {Owners} owners that do nothing, through {Workers} workers, {Rounds} rounds; after each the same number of rows through {Workers} loops of one update that takes and one that completes, without order, leases or fairness. Both on a PostgreSQL that syncs each commit";

    public async Task RunAsync(Table table)
    {
        await using var server = await PostgresServer.StartOwnAsync(durable: true);
        await using var database = new AudioDatabase(server.ConnectionString);
        await new Migrator(database).ApplyAsync();
        await database.RunAsync(connection => connection.ExecuteAsync("create table bare (id uuid primary key, state text not null); create index bare_next on bare (id) where state = 'queued'"));
        List<double> enqueued = [], queued = [], bare = [];
        await RoundAsync(database, Count / 10); // Compiles the code on the way.
        for (var round = 0; round < Rounds; round++)
        {
            var (enqueue, run) = await RoundAsync(database, Count);
            enqueued.Add(enqueue);
            queued.Add(run);
            bare.Add(await BareAsync(database));
        }
        var starts = await StartAsync(database);

        table.Add("jobs enqueued in one transaction", $"{Table.Text(enqueued.Median())} a minute");
        table.AtLeast("jobs done", 1000, queued.Median(), "a minute");
        table.Add("the bare loops", $"{Table.Text(bare.Median())} a minute");
        table.Add("jobs done / the bare loops", Table.Text(queued.Median() / bare.Median()));
        table.AtMost("from enqueueing to the handler, nothing else to do: median", 50, starts.Median(), "ms");
        table.Add("from enqueueing to the handler: longest", $"{Table.Text(starts.Max())} ms");
    }

    /// <summary>Jobs a minute: enqueued, and done.</summary>
    private static async Task<(double Enqueued, double Done)> RoundAsync(AudioDatabase database, int count)
    {
        var options = new JobOptions { Workers = Workers };
        var table = new JobTable(database, options, TimeProvider.System);
        var owners = Enumerable.Range(0, Owners).Select(_ => Guid.NewGuid()).ToArray();
        var start = TimeProvider.System.GetTimestamp();
        await database.InTransactionAsync(async transaction =>
        {
            for (var i = 0; i < count; i++)
                await table.EnqueueAsync(transaction, NewJob(owners[i % Owners]), CancellationToken.None);
        });
        var enqueued = PerMinute(count, start);

        var handler = new Nothing(count);
        using var workers = Make(database, table, options, handler);
        start = TimeProvider.System.GetTimestamp();
        await workers.StartAsync(CancellationToken.None);
        await handler.All.Task.WaitAsync(Deadline, TimeProvider.System);
        await workers.StopAsync(CancellationToken.None); // The last ones' outcomes belong to it.
        return (enqueued, PerMinute(count, start));
    }

    private static async Task<double> BareAsync(AudioDatabase database)
    {
        await database.RunAsync(connection => connection.ExecuteAsync(
            "insert into bare select gen_random_uuid(), 'queued' from generate_series(1, @Count)", new { Count }));
        var start = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(async () =>
        {
            while (await database.RunAsync(connection => connection.QuerySingleOrDefaultAsync<Guid?>(
                "update bare set state = 'running' where id = (select id from bare where state = 'queued' order by id limit 1 for update skip locked) returning id")) is { } id)
            {
                await database.RunAsync(connection => connection.ExecuteAsync("update bare set state = 'done' where id = @id", new { id }));
            }
        })));
        return PerMinute(Count, start);
    }

    /// <summary>How long each of some jobs took from before it was enqueued to its handler, in milliseconds.</summary>
    private static async Task<List<double>> StartAsync(AudioDatabase database)
    {
        var options = new JobOptions { Workers = Workers };
        var table = new JobTable(database, options, TimeProvider.System);
        var handler = new Nothing(int.MaxValue);
        using var workers = Make(database, table, options, handler);
        await workers.StartAsync(CancellationToken.None);
        List<double> times = [];
        for (var i = 0; i < Starts; i++)
        {
            var job = NewJob(null);
            var start = TimeProvider.System.GetTimestamp();
            await table.EnqueueAsync(job, CancellationToken.None);
            await Eventually.That(() => handler.Begun.ContainsKey(job.JobId), Deadline, "the job runs");
            times.Add(TimeProvider.System.GetElapsedTime(start, handler.Begun[job.JobId]).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
        await workers.StopAsync(CancellationToken.None);
        return times;
    }

    private static JobDispatcher Make(AudioDatabase database, JobTable table, JobOptions options, Nothing handler) =>
        new(table, new JobListener(database), options, [handler], TimeProvider.System, NullLoggerFactory.Instance);

    private static NewJob NewJob(Guid? owner) => new(Guid.CreateVersion7(), "bench", Kind, owner, "bench/1", "{}");

    private static double PerMinute(int count, long start) => count / TimeProvider.System.GetElapsedTime(start).TotalMinutes;

    private sealed class Nothing(int count) : IJobHandler
    {
        private int _left = count;

        public JobKind Kind { get; } = new(Jobs.Kind, "bench", JobLane.Work);

        public TaskCompletionSource All { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>When each job began, as a timestamp.</summary>
        public ConcurrentDictionary<Guid, long> Begun { get; } = [];

        public Task RunAsync(JobRun run, CancellationToken cancellationToken)
        {
            Begun[run.Job.JobId] = TimeProvider.System.GetTimestamp();
            if (Interlocked.Decrement(ref _left) == 0)
                All.TrySetResult();
            return Task.CompletedTask;
        }
    }
}
