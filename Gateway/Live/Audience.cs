using System.Collections.Concurrent;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Live;

/// <summary>
/// Counts who listens through this gateway: open progressive connections, and HLS sessions that polled lately. Sums go to the
/// streams' grains every few seconds.
/// </summary>
public sealed class Audience(IGrainFactory grains, TimeProvider time, ILogger<Audience> logger) : BackgroundService
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(3);

    /// <summary>A player polls once per target duration of 6 s; one that missed three polls is gone.</summary>
    private static readonly TimeSpan SessionLimit = TimeSpan.FromSeconds(20);

    private const int MostSessions = 200_000;

    private readonly string _gatewayId = Guid.CreateVersion7().ToString("N");
    // Grows with the streams that were ever heard here, a few hundred bytes each; made-up ids never come this far.
    private readonly ConcurrentDictionary<Guid, Listeners> _streams = new();

    /// <summary>A progressive listener came.</summary>
    public void Join(Guid streamId) => Interlocked.Increment(ref Of(streamId).Progressive);

    /// <summary>A progressive listener left.</summary>
    public void Leave(Guid streamId) => Interlocked.Decrement(ref Of(streamId).Progressive);

    /// <summary>An HLS player polled.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="session">Tells players apart.</param>
    public void Poll(Guid streamId, ulong session)
    {
        var sessions = Of(streamId).Sessions;
        var now = time.GetTimestamp();
        if (sessions.TryGetValue(session, out var seen))
            seen.At = now;
        else if (sessions.Count < MostSessions)
            sessions[session] = new Seen { At = now };
    }

    /// <summary>How many listen to a stream through this gateway.</summary>
    public AudienceReport Count(Guid streamId)
    {
        var listeners = Of(streamId);
        foreach (var (session, seen) in listeners.Sessions)
        {
            if (time.GetElapsedTime(seen.At) > SessionLimit)
                listeners.Sessions.TryRemove(session, out _);
        }
        return new AudienceReport(_gatewayId, listeners.Progressive, listeners.Sessions.Count);
    }

    /// <summary>Reports until the host stops.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(ReportInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await Task.WhenAll(_streams.Select(pair => ReportAsync(pair.Key, pair.Value)));
    }

    private async Task ReportAsync(Guid streamId, Listeners listeners)
    {
        var report = Count(streamId);
        var none = report is { Progressive: 0, Hls: 0 };
        try
        {
            if (!none || listeners.Reported)
                await grains.GetGrain<IStreamAudienceGrain>(GrainKeys.Stream(streamId)).ReportAudience(report);
            listeners.Reported = !none;
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogWarning(exception, "Listeners of {StreamId} could not be reported; the next report carries them", streamId);
        }
    }

    private Listeners Of(Guid streamId) => _streams.GetOrAdd(streamId, static _ => new Listeners());

    private sealed class Listeners
    {
        public int Progressive;

        public bool Reported;

        public ConcurrentDictionary<ulong, Seen> Sessions { get; } = new();
    }

    private sealed class Seen
    {
        public long At;
    }
}
