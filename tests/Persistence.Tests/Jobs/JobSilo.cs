using System.Collections.Concurrent;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Grains.Jobs;
using AudioOrleans.Silo.Jobs;
using AudioOrleans.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioOrleans.Persistence.Tests.Jobs;

/// <summary>The workers of a silo, with the database of a test.</summary>
public sealed class JobSilo : IAsyncDisposable
{
    private readonly JobDispatcher _workers;

    public JobSilo(AudioDatabase database, JobOptions options, params IReadOnlyList<TestHandler> handlers)
    {
        (Table, Handler) = (new JobTable(database, options, TimeProvider.System), handlers[0]);
        _workers = new JobDispatcher(Table, new JobListener(database), options, handlers, TimeProvider.System, NullLoggerFactory.Instance);
    }

    public JobTable Table { get; }

    public TestHandler Handler { get; }

    public Task StartAsync() => _workers.StartAsync(CancellationToken.None);

    public Task StopAsync() => _workers.StopAsync(CancellationToken.None);

    /// <summary>Enqueues a job and waits until it has ended.</summary>
    public async Task RunAsync(NewJob job)
    {
        await Table.EnqueueAsync(job, CancellationToken.None);
        await Eventually.That(
            async () => (await Table.FindAsync(job.JobId, CancellationToken.None))!.State is JobState.Done or JobState.Dead or JobState.Cancelled,
            TimeSpan.FromSeconds(20), "the job has ended");
    }

    /// <summary>Waits until no handler is running.</summary>
    public Task UntilIdleAsync() => Eventually.That(() => Handler.Now == 0, TimeSpan.FromSeconds(20), "no handler is running");

    public async ValueTask DisposeAsync()
    {
        await _workers.StopAsync(CancellationToken.None);
        _workers.Dispose();
    }
}

/// <summary>A handler that runs the code of a test and counts its runs.</summary>
public sealed class TestHandler : IJobHandler
{
    private int _now;
    private int _most;
    private long _lastStart;

    public JobKind Kind { get; init; } = new("process", "uploads", JobLane.Work);

    public Func<JobRun, CancellationToken, Task> Run { get; init; } = (_, _) => Task.CompletedTask;

    public Func<Task> OnEnded { get; init; } = () => Task.CompletedTask;

    /// <summary>The number of runs in progress.</summary>
    public int Now => Volatile.Read(ref _now);

    /// <summary>The largest number of runs at the same time.</summary>
    public int MostAtOnce => Volatile.Read(ref _most);

    /// <summary>When the last run began, as a timestamp.</summary>
    public long LastStart => Volatile.Read(ref _lastStart);

    public ConcurrentQueue<(Guid JobId, string Reason)> EndedJobs { get; } = [];

    /// <summary>Why jobs ended, by job.</summary>
    public ConcurrentDictionary<Guid, JobEndCause> Causes { get; } = [];

    public async Task RunAsync(JobRun run, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _lastStart, TimeProvider.System.GetTimestamp());
        var now = Interlocked.Increment(ref _now);
        for (var most = MostAtOnce; now > most; most = MostAtOnce)
            Interlocked.CompareExchange(ref _most, now, most);
        try
        {
            await Run(run, cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }

    public async Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken)
    {
        await OnEnded();
        Causes[job.JobId] = end.Cause;
        EndedJobs.Enqueue((job.JobId, end.Reason));
    }
}
