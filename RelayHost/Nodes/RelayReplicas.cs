using System.Collections.Concurrent;
using AudioOrleans.RelayHost.Hls;
using AudioOrleans.RelayHost.Progressive;
using AudioOrleans.RelayHost.Relays;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace AudioOrleans.RelayHost.Nodes;

/// <summary>The copies of other nodes' relays that this process keeps while they have listeners, and a little longer.</summary>
public sealed class RelayReplicas(NodeClient nodes, IRelayLocator locator, RelayOptions options, TimeProvider time, ILogger<RelayReplicas> logger) : BackgroundService
{
    /// <summary>HLS players return within seconds, and so do listeners whose network failed.</summary>
    private static readonly TimeSpan LongestIdle = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<Guid, RingReplica> _rings = new();
    private readonly ConcurrentDictionary<Guid, WindowReplica> _windows = new();
    private readonly RelayReplicaServices _services = new(nodes, locator, options, time, logger);

    /// <summary>The number of copies.</summary>
    public int Count => _rings.Count + _windows.Count;

    /// <summary>Returns a stream's playlist, which fills once the relay is found.</summary>
    public LivePlaylist FindPlaylist(Guid streamId)
    {
        var replica = Find(_windows, streamId, static (id, services) => new WindowReplica(id, services));
        replica.Touch();
        return replica.Playlist;
    }

    /// <summary>Opens a stream's ring, which fills once the relay is found.</summary>
    public RingLease OpenRing(Guid streamId)
    {
        var replica = Find(_rings, streamId, static (id, services) => new RingReplica(id, services));
        replica.Join();
        return new RingLease(replica.Ring, replica.Leave);
    }

    /// <summary>Drops unused copies until the host stops, then all copies.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(SweepInterval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await DropAsync(_rings, replica => replica.Idle > LongestIdle);
                await DropAsync(_windows, replica => replica.Idle > LongestIdle);
            }
        }
        finally
        {
            await DropAsync(_rings, _ => true);
            await DropAsync(_windows, _ => true);
        }
    }

    private T Find<T>(ConcurrentDictionary<Guid, T> replicas, Guid streamId, Func<Guid, RelayReplicaServices, T> create) where T : RelayReplica
    {
        while (true)
        {
            if (replicas.TryGetValue(streamId, out var known))
            {
                if (!known.IsOver)
                    return known;
                // The stream was switched off and, because it is requested again, may be on again.
                replicas.TryRemove(new KeyValuePair<Guid, T>(streamId, known));
            }
            var replica = create(streamId, _services);
            if (!replicas.TryAdd(streamId, replica))
                continue;
            replica.Start();
            return replica;
        }
    }

    private static async Task DropAsync<T>(ConcurrentDictionary<Guid, T> replicas, Func<T, bool> drop) where T : RelayReplica
    {
        foreach (var (streamId, replica) in replicas.Where(pair => pair.Value.IsOver || drop(pair.Value)))
        {
            if (replicas.TryRemove(new KeyValuePair<Guid, T>(streamId, replica)))
                await replica.DisposeAsync();
        }
    }
}

/// <summary>A listener's lease on a ring; dispose it when the listener leaves.</summary>
public sealed class RingLease(AudioRing ring, Action release) : IDisposable
{
    /// <summary>The ring.</summary>
    public AudioRing Ring => ring;

    /// <inheritdoc/>
    public void Dispose() => release();
}
