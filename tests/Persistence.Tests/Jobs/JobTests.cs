using System.Collections.Immutable;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Testing;
using Dapper;

namespace AudioOrleans.Persistence.Tests.Jobs;

/// <summary>Gives each test its own database, a job table, and a clock that moves only when it is advanced.</summary>
public abstract class JobTests : IAsyncLifetime
{
    protected const string Queue = "uploads";
    protected const string Kind = "process";

    private readonly TestDatabase _test = new();

    protected static CancellationToken None => CancellationToken.None;

    protected ManualTimeProvider Time { get; } = new();

    protected AudioDatabase Database => _test.Database;

    protected string ConnectionString => _test.ConnectionString;

    protected JobTable Table { get; private set; } = null!;

    protected JobOptions Options { get; private set; } = new();

    protected DateTime Now => Time.GetUtcNow().UtcDateTime;

    public async Task InitializeAsync()
    {
        await _test.InitializeAsync();
        Use(Options);
    }

    public Task DisposeAsync() => _test.DisposeAsync();

    protected static NewJob Job(Guid? owner = null, string queue = Queue, string payload = "{}") =>
        new(Guid.CreateVersion7(), queue, Kind, owner, $"upload/{Guid.NewGuid():D}", payload);

    protected static JobOptions CappedAt(int perMinute) => new() { Caps = ImmutableDictionary<string, int>.Empty.Add(Queue, perMinute) };

    protected void Use(JobOptions options) => (Options, Table) = (options, new JobTable(Database, options, Time));

    protected async Task<NewJob> EnqueueAsync(NewJob job)
    {
        await Table.EnqueueAsync(job, None);
        return job;
    }

    /// <summary>Enqueues many jobs in order, in one transaction.</summary>
    protected Task EnqueueAllAsync(IReadOnlyList<NewJob> jobs) => Database.InTransactionAsync(async transaction =>
    {
        foreach (var job in jobs)
            await Table.EnqueueAsync(transaction, job, None);
    });

    protected async Task<IReadOnlyList<(JobRow Job, JobLease Lease)>> TakeAsync(int most = 1) => (await Table.TakeAsync("worker", [Kind], most, None)).Leases;

    protected async Task<JobLease> TakeOneAsync() => Assert.Single(await TakeAsync()).Lease;

    protected async Task<JobRow> RowAsync(Guid jobId)
    {
        var row = await Table.FindAsync(jobId, None);
        Assert.NotNull(row);
        return row;
    }

    protected Task<T> QueryAsync<T>(string sql, object? parameters = null) => Database.RunAsync(connection => connection.QuerySingleAsync<T>(sql, parameters));
}
