using System.Collections.Concurrent;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Streams;

namespace AudioOrleans.Gateway.Live;

/// <summary>
/// Counts the listeners of this gateway: open progressive connections, and HLS sessions that polled recently. Reports totals to the stream grains
/// every few seconds.
/// </summary>
public sealed class Audience(IGrainFactory grains, TimeProvider time, ILogger<Audience> logger) : BackgroundService
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromSeconds(3);

    /// <summary>A player polls once per target duration of 6 s; one that missed three polls has left.</summary>
    private static readonly TimeSpan SessionLimit = TimeSpan.FromSeconds(20);

    private const int MostSessions = 200_000;

    private readonly string _gatewayId = Guid.CreateVersion7().ToString("N");
    private readonly ConcurrentDictionary<Guid, Listeners> _streams = new();

    /// <summary>The number of streams being counted: those with listeners here, and those that had some until the last report.</summary>
    internal int StreamCount => _streams.Count;

    /// <summary>Adds a progressive listener.</summary>
    public void Join(Guid streamId)
    {
        while (true)
        {
            var listeners = Of(streamId);
            Interlocked.Increment(ref listeners.Progressive);
            if (!listeners.IsRemoved)
                return;
            Interlocked.Decrement(ref listeners.Progressive);
        }
    }

    /// <summary>Removes a progressive listener. A stream with listeners is never dropped.</summary>
    public void Leave(Guid streamId) => Interlocked.Decrement(ref Of(streamId).Progressive);

    /// <summary>Records a poll of an HLS player.</summary>
    /// <param name="streamId">The stream.</param>
    /// <param name="session">Identifies the player.</param>
    public void Poll(Guid streamId, ulong session)
    {
        Listeners listeners;
        do
        {
            listeners = Of(streamId);
            var (sessions, now) = (listeners.Sessions, time.GetTimestamp());
            if (sessions.TryGetValue(session, out var seen))
                seen.At = now;
            else if (sessions.Count < MostSessions)
                sessions[session] = new Seen { At = now };
        }
        while (listeners.IsRemoved);
    }

    /// <summary>The number of listeners to a stream on this gateway.</summary>
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
            if (none && listeners.TryClose())
                _streams.TryRemove(new KeyValuePair<Guid, Listeners>(streamId, listeners));
        }
        catch (Exception exception) when (exception.IsFailedCall())
        {
            logger.LogWarning(exception, "Listeners of {StreamId} could not be reported; the next report includes them", streamId);
        }
    }

    private Listeners Of(Guid streamId) => _streams.GetOrAdd(streamId, static _ => new Listeners());

    private sealed class Listeners
    {
        public int Progressive;

        public bool Reported;

        private int _isRemoved;

        public ConcurrentDictionary<ulong, Seen> Sessions { get; } = new();

        /// <summary>Whether this counter has been dropped. A new listener checks this, and then counts in a new one.</summary>
        public bool IsRemoved => Volatile.Read(ref _isRemoved) == 1;

        /// <summary>
        /// Closes the counter if nobody listens. A listener that joins at the same time is either seen here, or sees that the counter is closed.
        /// </summary>
        public bool TryClose()
        {
            Interlocked.Exchange(ref _isRemoved, 1);
            if (Volatile.Read(ref Progressive) == 0 && Sessions.IsEmpty)
                return true;
            Interlocked.Exchange(ref _isRemoved, 0);
            return false;
        }
    }

    private sealed class Seen
    {
        public long At;
    }
}
