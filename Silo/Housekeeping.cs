using AudioOrleans.Persistence.Audit;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Operations;
using AudioOrleans.Persistence.Playlists;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo;

/// <summary>Deletes what has had its time, once an hour: idempotency keys and what commands did, old entries of the audit trail, and jobs that ended long ago.</summary>
public sealed class Housekeeping(
    OperationTable operations, AuditTable audit, JobTable jobs, PlaylistTables playlists, AuditOptions options, TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    /// <summary>So few at a time that nobody waits for a lock.</summary>
    private const int Batch = 1000;

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>Cleans up now, and then each hour.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await CleanAsync(stoppingToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                // Nothing that goes wrong here may end the platform.
                logger.LogWarning(exception, "Old rows could not be deleted; the next try follows in an hour");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task CleanAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var oldest = now - options.Retention;
        while (await operations.DeleteExpiredAsync(now, Batch, cancellationToken) == Batch)
        {
        }
        // Gateways send what they counted again for minutes, not for days.
        while (await playlists.DeleteBatchesBeforeAsync(now - TimeSpan.FromDays(1), Batch, cancellationToken) == Batch)
        {
        }
        while (await audit.DeleteBeforeAsync(oldest, Batch, cancellationToken) == Batch)
        {
        }
        while (await jobs.DeleteOldAsync(Batch, cancellationToken) >= Batch)
        {
        }
    }
}
