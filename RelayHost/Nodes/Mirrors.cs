using System.Collections.Concurrent;
using Audio.Orleans.RelayHost.Hls;
using Audio.Orleans.RelayHost.Progressive;
using Audio.Orleans.RelayHost.Relays;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Audio.Orleans.RelayHost.Nodes;

/// <summary>The copies of other nodes' relays that this process keeps: as long as somebody listens, and a little longer.</summary>
public sealed class Mirrors(NodeClient nodes, IRelayLocator locator, RelayOptions options, TimeProvider time, ILogger<Mirrors> logger) : BackgroundService
{
    /// <summary>HLS players come back within seconds, and so do listeners whose network broke.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, RingMirror> _rings = new();
    private readonly ConcurrentDictionary<Guid, WindowMirror> _windows = new();
    private readonly MirrorServices _services = new(nodes, locator, options, time, logger);

    /// <summary>How many copies there are.</summary>
    public int Count => _rings.Count + _windows.Count;

    /// <summary>A stream's playlist, which fills as the relay is found.</summary>
    public LivePlaylist FindPlaylist(Guid streamId)
    {
        var mirror = Find(_windows, streamId, static (id, services) => new WindowMirror(id, services));
        mirror.Touch();
        return mirror.Playlist;
    }

    /// <summary>Listens to a stream's ring, which fills as the relay is found.</summary>
    public RingLease OpenRing(Guid streamId)
    {
        var mirror = Find(_rings, streamId, static (id, services) => new RingMirror(id, services));
        mirror.Join();
        return new RingLease(mirror.Ring, mirror.Leave);
    }

    /// <summary>Drops copies that nobody uses, until the host stops; then all.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await DropAsync(_rings, mirror => mirror.Idle > LongestIdle);
                await DropAsync(_windows, mirror => mirror.Idle > LongestIdle);
            }
        }
        finally
        {
            await DropAsync(_rings, _ => true);
            await DropAsync(_windows, _ => true);
        }
    }

    private T Find<T>(ConcurrentDictionary<Guid, T> mirrors, Guid streamId, Func<Guid, MirrorServices, T> create) where T : Mirror
    {
        while (true)
        {
            if (mirrors.TryGetValue(streamId, out var known))
            {
                if (!known.IsOver)
                    return known;
                // It was switched off and, since somebody may listen again, is on again.
                mirrors.TryRemove(new KeyValuePair<Guid, T>(streamId, known));
            }
            var mirror = create(streamId, _services);
            if (!mirrors.TryAdd(streamId, mirror))
                continue;
            mirror.Start();
            return mirror;
        }
    }

    private static async Task DropAsync<T>(ConcurrentDictionary<Guid, T> mirrors, Func<T, bool> drop) where T : Mirror
    {
        foreach (var (streamId, mirror) in mirrors.Where(pair => pair.Value.IsOver || drop(pair.Value)))
        {
            if (mirrors.TryRemove(new KeyValuePair<Guid, T>(streamId, mirror)))
                await mirror.DisposeAsync();
        }
    }
}

/// <summary>Somebody's hold on a ring; disposed when the listener leaves.</summary>
public sealed class RingLease(AudioRing ring, Action release) : IDisposable
{
    /// <summary>The ring.</summary>
    public AudioRing Ring => ring;

    /// <inheritdoc/>
    public void Dispose() => release();
}
