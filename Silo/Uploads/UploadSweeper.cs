using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Playlists;
using AudioOrleans.Grains.Interfaces.Uploads;
using AudioOrleans.Grains.Playlists;
using AudioOrleans.Persistence.Playlists;
using AudioOrleans.Persistence.Uploads;
using AudioOrleans.RelayHost.Objects;
using AudioOrleans.RelayHost.OnDemand;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo.Uploads;

/// <summary>Removes leftovers of interrupted uploads and killed workers, and unused external audio: every five minutes, on every silo, since it is idempotent.</summary>
public sealed class UploadSweeper(
    IGrainFactory grains, UploadTable table, ExternalAudioTable outside, IObjectStore store, WorkOptions work, TimeProvider time, ILogger<UploadSweeper> logger) : BackgroundService
{
    private const int Batch = 1000;

    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    /// <summary>Longer than any upload or job takes.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromHours(24);

    /// <summary>Runs immediately, and then periodically.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
            {
                // A failure here must not stop the platform.
                logger.LogWarning(exception, "The remains of interrupted uploads could not be removed; trying again in five minutes");
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>Removes all current leftovers.</summary>
    public async Task SweepAsync(CancellationToken cancellationToken)
    {
        foreach (var uploadId in await table.ListExpiredAsync(time.GetUtcNow().UtcDateTime, Batch, cancellationToken))
            await EachAsync(() => grains.GetGrain<IUploadIngestGrain>(GrainKeys.Upload(uploadId)).Expire(), uploadId.ToString());
        foreach (var key in await outside.ListUnwantedAsync((time.GetUtcNow() - ExternalKeys.Unwanted).UtcDateTime, Batch, cancellationToken))
            await EachAsync(() => grains.GetGrain<IExternalAudioGrain>(key).Expire(), key);
        await store.SweepAsync(Abandoned, cancellationToken);
        WorkFolder.Sweep(work, Abandoned, time);
    }

    /// <summary>One failed removal must not prevent the others.</summary>
    private async Task EachAsync(Func<Task> expire, string what)
    {
        try
        {
            await expire();
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogWarning(exception, "{What} could not be removed; trying again in five minutes", what);
        }
    }
}
