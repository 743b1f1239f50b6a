using Audio.Orleans.Contracts;
using Audio.Orleans.Contracts.Streams;
using Audio.Orleans.Persistence;
using Audio.Orleans.Persistence.Streams;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Audio.Orleans.Silo;

/// <summary>
/// At a silo's start, wakes all streams that are to be relayed. Their reminders would do so as well, but up to a minute later.
/// </summary>
public sealed class RelayResumer(IGrainFactory grains, StreamTables streams, TimeProvider time, ILogger<RelayResumer> logger) : BackgroundService
{
    private const int PageSize = 200;
    private const int AtOnce = 16;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Runs once through all enabled streams.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var last = Guid.Empty;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var page = await streams.ListEnabledAsync(last, PageSize, stoppingToken);
                await Parallel.ForEachAsync(page, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, WakeAsync);
                if (page.Count < PageSize)
                    return;
                last = page[^1];
            }
            catch (DatabaseUnavailableException exception)
            {
                logger.LogWarning(exception, "Streams cannot be listed yet; trying again");
                await Task.Delay(Pause, time, stoppingToken);
            }
        }
    }

    private async ValueTask WakeAsync(Guid streamId, CancellationToken cancellationToken)
    {
        try
        {
            await grains.GetGrain<IStreamRelayGrain>(GrainKeys.Stream(streamId)).EnsureRelaying().WaitAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            logger.LogWarning(exception, "Stream {StreamId} could not be woken; its reminder will", streamId);
        }
    }
}
