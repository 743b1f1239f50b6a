using System.Threading.Channels;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;
using AudioOrleans.Persistence;
using AudioOrleans.Persistence.Streams;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.Silo;

/// <summary>A share of all streams: those whose ids hash to this silo.</summary>
/// <param name="Index">The index of the share, from 0.</param>
/// <param name="Count">The number of shares.</param>
public readonly record struct WakeShare(int Index, int Count)
{
    /// <summary>The share of one silo among the live ones; all streams if it is not among them yet.</summary>
    public static WakeShare For(SiloAddress silo, IEnumerable<SiloAddress> alive)
    {
        var ordered = alive.Order().ToList();
        var index = ordered.IndexOf(silo);
        return index < 0 ? new WakeShare(0, 1) : new WakeShare(index, ordered.Count);
    }

    /// <summary>Whether a stream belongs to the share.</summary>
    public bool Contains(Guid streamId) => (uint)streamId.GetHashCode() % (uint)Count == (uint)Index;
}

/// <summary>
/// Wakes streams that should be relayed: this silo's share when it starts (all if it is alone), and when another silo
/// has died. Their reminders would do the same, but up to a minute later.
/// </summary>
public sealed class RelayResumer(IGrainFactory grains, StreamTables streams, ISiloStatusOracle silos, TimeProvider time, ILogger<RelayResumer> logger) : BackgroundService
{
    private const int PageSize = 200;
    private const int AtOnce = 16;
    private const int MostTries = 5;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<WakeShare> _shares = Channel.CreateUnbounded<WakeShare>();

    /// <summary>Wakes this silo's share of the streams soon.</summary>
    /// <returns>The share.</returns>
    public WakeShare WakeShareOfThisSilo()
    {
        var share = WakeShare.For(silos.SiloAddress, silos.GetApproximateSiloStatuses(onlyActive: true).Keys);
        _shares.Writer.TryWrite(share);
        return share;
    }

    /// <summary>Wakes this silo's share, and again on each request.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        WakeShareOfThisSilo();
        await foreach (var share in _shares.Reader.ReadAllAsync(stoppingToken))
            await WakeAsync(share, stoppingToken);
    }

    private async Task WakeAsync(WakeShare share, CancellationToken stoppingToken)
    {
        var last = Guid.Empty;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var page = await streams.ListEnabledAsync(last, PageSize, stoppingToken);
                await Parallel.ForEachAsync(
                    page.Where(share.Contains), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stoppingToken }, WakeAsync);
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
        for (var tries = 1; ; tries++)
        {
            try
            {
                await grains.GetGrain<IStreamRelayGrain>(GrainKeys.Stream(streamId)).EnsureRelaying().WaitAsync(cancellationToken);
                return;
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested && tries < MostTries)
            {
                // While the remaining silos agree on who is dead, calls may fail.
                logger.LogInformation(exception, "Stream {StreamId} could not be woken yet; trying again", streamId);
                await Task.Delay(Pause, time, cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                logger.LogWarning(exception, "Stream {StreamId} could not be woken; its reminder will wake it", streamId);
                return;
            }
        }
    }
}
