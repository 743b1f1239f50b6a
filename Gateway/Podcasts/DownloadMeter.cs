using System.Net;
using System.Threading.Channels;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Podcasts;

namespace AudioOrleans.Gateway.Podcasts;

/// <summary>
/// Reports sent audio to the grain that counts downloads. Responses wait until their report is stored, so that a gateway that dies loses none;
/// those that come meanwhile share one write. A batch whose response is lost is sent again, and counts once.
/// </summary>
public sealed class DownloadMeter(IGrainFactory grains, TimeProvider time, ILogger<DownloadMeter> logger) : BackgroundService
{
    private const int MostInBatch = 500;
    private const int MostWaiting = 100_000;

    /// <summary>While the database is down, listeners are not kept waiting; their downloads are counted later.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Channel<(AudioSent Sent, TaskCompletionSource Stored)> _waiting = Channel.CreateBounded<(AudioSent, TaskCompletionSource)>(MostWaiting);

    /// <summary>Records bytes that are sent to a client.</summary>
    public async Task RecordAsync(Guid podcastId, Guid episodeId, long bytes, long countedBytes, HttpContext context)
    {
        var sent = new AudioSent(
            podcastId, episodeId, AddressOf(context), context.Request.Headers.UserAgent.ToString(), bytes, countedBytes, time.GetUtcNow());
        var stored = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_waiting.Writer.TryWrite((sent, stored)))
        {
            logger.LogError("A download of {EpisodeId} is lost: {Count} wait for the database already", episodeId, MostWaiting);
            return;
        }
        using var late = new CancellationTokenSource(LongestWait, time);
        await stored.Task.WaitAsync(late.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>The client's address; callers by a Unix socket have none, and are this machine.</summary>
    internal static string AddressOf(HttpContext context) => (context.Connection.RemoteIpAddress ?? IPAddress.Loopback).ToString();

    /// <summary>Stores reports until the host stops, and those that wait then.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var stop = stoppingToken.Register(() => _waiting.Writer.TryComplete());
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var batch = new List<(AudioSent Sent, TaskCompletionSource Stored)>();
            while (batch.Count < MostInBatch && _waiting.Reader.TryRead(out var one))
                batch.Add(one);
            await StoreAsync([.. batch.Select(one => one.Sent)], stoppingToken);
            foreach (var (_, stored) in batch)
                stored.TrySetResult();
        }
    }

    private async Task StoreAsync(ImmutableArray<AudioSent> sent, CancellationToken stoppingToken)
    {
        var batchId = Guid.CreateVersion7();
        while (true)
        {
            try
            {
                await grains.GetGrain<IDownloadsGrain>(GrainKeys.Shared).Count(batchId, sent);
                return;
            }
            catch (Exception exception) when (exception.IsFailedCall())
            {
                logger.LogWarning(exception, "{Count} downloads could not be stored; trying again in a second", sent.Length);
                if (stoppingToken.IsCancellationRequested)
                    return;
                await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}

/// <summary>Reports the uses of feed tokens every few seconds, for the owners of podcasts to see leaks.</summary>
public sealed class FeedTokenUses(IGrainFactory grains, TimeProvider time, ILogger<FeedTokenUses> logger) : BackgroundService
{
    private const int MostWaiting = 10_000;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private List<FeedTokenRequest> _uses = [];

    /// <summary>Notes a request with a token.</summary>
    public void Note(FeedToken token, HttpContext context)
    {
        var use = new FeedTokenRequest(token.TokenId, DownloadMeter.AddressOf(context), context.Request.Headers.UserAgent.ToString(), time.GetUtcNow());
        lock (_lock)
        {
            if (_uses.Count < MostWaiting)
                _uses.Add(use);
        }
    }

    /// <summary>Reports until the host stops.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            List<FeedTokenRequest> uses;
            lock (_lock)
                (uses, _uses) = (_uses, []);
            if (uses.Count == 0)
                continue;
            try
            {
                await grains.GetGrain<IFeedTokensGrain>(GrainKeys.Shared).CountUses([.. uses]);
            }
            catch (Exception exception) when (exception.IsFailedCall())
            {
                logger.LogWarning(exception, "{Count} uses of feed tokens could not be stored, and are dropped", uses.Count);
            }
        }
    }
}
