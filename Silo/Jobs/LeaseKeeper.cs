using System.Collections.Concurrent;
using AudioOrleans.Persistence.Jobs;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Jobs;

/// <summary>
/// Renews the leases of this silo's jobs, each after a third of its duration; writes their progress to the database, and cancels runs that
/// must end. While the database is unavailable they continue: nobody else can take their jobs, and if only this silo was cut off, the
/// lease tokens invalidate its results.
/// </summary>
internal sealed class LeaseKeeper(JobTable table, JobOptions options, TimeProvider time, ILogger<LeaseKeeper> logger)
{
    /// <summary>How soon progress is written.</summary>
    private static readonly TimeSpan LongestTick = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<JobLease, RunningJob> _running = [];

    /// <summary>The jobs that run on this silo.</summary>
    public IEnumerable<RunningJob> Running => _running.Values;

    /// <summary>The number of running jobs.</summary>
    public int Count => _running.Count;

    /// <summary>Starts renewing a lease.</summary>
    public void Add(RunningJob running) => _running[running.Run.Lease] = running;

    /// <summary>Stops renewing a lease.</summary>
    public void Remove(RunningJob running) => _running.TryRemove(running.Run.Lease, out _);

    /// <summary>Renews leases until it is cancelled.</summary>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        var third = options.Lease / 3;
        var tick = third / 2 < LongestTick ? third / 2 : LongestTick;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(tick, time, cancellationToken);
                // A lease that would be late at the next tick is renewed now.
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
