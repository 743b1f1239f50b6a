using AudioOrleans.Configuration;
using AudioOrleans.Persistence.Audit;
using AudioOrleans.Persistence.Jobs;
using AudioOrleans.Persistence.Operations;
using AudioOrleans.Persistence.Playlists;
using AudioOrleans.Persistence.Podcasts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo;

/// <summary>Deletes expired rows once an hour: idempotency keys and results of commands, old audit entries, and jobs that ended long ago.</summary>
public sealed class Housekeeping(
    OperationTable operations, AuditTable audit, JobTable jobs, PlaylistTables playlists, DownloadTable downloads, FeedTokenTable feedTokens,
    AuditOptions options, TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    /// <summary>Small batches, so that nobody waits for a lock.</summary>
    private const int Batch = 1000;

    /// <summary>More than the 30 days that a podcast's owner sees.</summary>
    private const int FeedTokenDays = 31;

    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    /// <summary>Runs immediately, and then every hour.</summary>
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
                // A failure here must not stop the platform.
                logger.LogWarning(exception, "Old rows could not be deleted; trying again in an hour");
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
        // Gateways resend their counts for minutes, not for days.
        while (await playlists.DeleteBatchesBeforeAsync(now - TimeSpan.FromDays(1), Batch, cancellationToken) == Batch)
        {
        }
        while (await downloads.DeleteBeforeAsync(now - (2 * DownloadTable.Window), Batch, cancellationToken) >= Batch)
        {
        }
        while (await feedTokens.DeleteBeforeAsync(DateOnly.FromDateTime(now.AddDays(-FeedTokenDays)), Batch, cancellationToken) == Batch)
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

/// <summary>Options for the audit trail. Section <c>Audit</c>.</summary>
public sealed record AuditOptions : IValidatedOptions
{
    /// <inheritdoc/>
    public static string Section => "Audit";

    /// <summary>Older entries are deleted; setting <c>Audit__Retention</c>, such as <c>365.00:00:00</c>.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(365);

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(Retention > TimeSpan.Zero, nameof(Retention), "a time above zero, such as 365.00:00:00");
    }
}
