using System.Collections.Concurrent;
using AudioOrleans.Persistence.Jobs;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Jobs;

/// <summary>
/// Keeps the leases of the jobs that run here, each renewed at a third of its time; tells the database how far they are, and the runs
/// when they are to end. While the database is away they go on: nobody else can get their jobs, and if only this silo was cut off, the
/// tokens undo what it does.
/// </summary>
internal sealed class LeaseKeeper(JobTable table, JobOptions options, TimeProvider time, ILogger<LeaseKeeper> logger)
{
    /// <summary>How soon progress is written.</summary>
    private static readonly TimeSpan LongestTick = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<JobLease, RunningJob> _running = [];

    /// <summary>The jobs that run here.</summary>
    public IEnumerable<RunningJob> Running => _running.Values;

    /// <summary>How many they are.</summary>
    public int Count => _running.Count;

    /// <summary>Begins to keep a lease.</summary>
    public void Add(RunningJob running) => _running[running.Run.Lease] = running;

    /// <summary>Keeps it no longer.</summary>
    public void Remove(RunningJob running) => _running.TryRemove(running.Run.Lease, out _);

    /// <summary>Renews until it is cancelled.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var third = options.Lease / 3;
        var tick = third / 2 < LongestTick ? third / 2 : LongestTick;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(tick, time, cancellationToken);
                // One that would be late with the next tick is due with this.
                await RenewAsync(
                    [.. Running.Where(running => running.Reason != StopReason.Lost
                        && (running.Run.Progress != running.KnownProgress || time.GetElapsedTime(running.RenewedAt) + tick > third))],
                    cancellationToken);
            }
            catch (Exception exception) when (exception.IsPassing() && !cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(exception, "The leases of {Count} jobs could not be renewed; trying again", Count);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task RenewAsync(IReadOnlyList<RunningJob> due, CancellationToken cancellationToken)
    {
        if (due.Count == 0)
            return;
        var at = time.GetTimestamp();
        var asked = due.Select(running => (running.Run.Lease, running.Run.Progress)).ToList();
        var renewed = (await table.RenewAsync(asked, cancellationToken)).ToDictionary(one => one.JobId);
        foreach (var (running, (_, progress)) in due.Zip(asked))
        {
            if (!renewed.TryGetValue(running.Run.Job.JobId, out var answer))
            {
                running.Stop(StopReason.Lost);
                continue;
            }
            (running.RenewedAt, running.KnownProgress) = (at, progress);
            if (answer.CancelRequested)
                running.Stop(StopReason.Cancelled);
        }
    }
}
