using System.Collections.Concurrent;
using AudioOrleans.Testing.Platforms;

namespace AudioOrleans.Cluster.Tests.Support;

/// <summary>Sends requests of all kinds, one after another, through each gateway, and records the failures.</summary>
internal sealed class Traffic : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private readonly CancellationTokenSource _stopping = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly ClusterScene _scene;
    private readonly Task _sending;
    private long _slowest;
    private int _count;

    private Traffic(ClusterScene scene)
    {
        _scene = scene;
        _sending = Task.WhenAll(scene.Djs.Select(dj => Task.Run(() => SendAsync(dj))));
    }

    public IReadOnlyCollection<string> Failures => _failures;

    public int Count => Volatile.Read(ref _count);

    public TimeSpan Slowest => TimeSpan.FromTicks(Volatile.Read(ref _slowest));

    /// <summary>Starts sending requests through all gateways.</summary>
    public static Traffic Start(ClusterScene scene) => new(scene);

    /// <summary>Stops sending and waits for the requests in progress.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await _sending;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stopping.Dispose();
    }

    private async Task SendAsync(Dj dj)
    {
        while (true)
        {
            foreach (var stream in _scene.Streams)
            {
                await GetAsync(dj, "/v1/streams");
                await GetAsync(dj, $"/v1/streams/{stream}");
                await GetAsync(dj, $"/v1/streams/{stream}/status");
                if (await GetAsync(dj, $"/v1/streams/{stream}/live.m3u8") is { Length: > 0 } playlist)
                    await GetAsync(dj, $"/v1/streams/{stream}/segments/{Playlist.Parse(playlist)[^1].Sequence}.ts");
                if (_stopping.IsCancellationRequested)
                    return;
                await Task.Delay(Pause, TimeProvider.System);
            }
        }
    }

    private async Task<string?> GetAsync(Dj dj, string path)
    {
        var started = TimeProvider.System.GetTimestamp();
        Interlocked.Increment(ref _count);
        try
        {
            using var response = await dj.Client.GetAsync(new Uri(path, UriKind.Relative));
            var body = await response.Content.ReadAsStringAsync();
            if (response.IsSuccessStatusCode)
                return body;
            _failures.Enqueue($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {dj.Client.BaseAddress}: GET {path} returned {(int)response.StatusCode} after {ClusterScene.Seconds(ClusterScene.Since(started))}: {body}");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or OperationCanceledException)
        {
            _failures.Enqueue($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {dj.Client.BaseAddress}: GET {path} failed after {ClusterScene.Seconds(ClusterScene.Since(started))}: {exception.Message}");
        }
        finally
        {
            var ticks = ClusterScene.Since(started).Ticks;
            for (var slowest = Volatile.Read(ref _slowest); ticks > slowest && Interlocked.CompareExchange(ref _slowest, ticks, slowest) != slowest;)
                slowest = Volatile.Read(ref _slowest);
        }
        return null;
    }
}
