namespace AudioOrleans.Cluster.Tests.Support;

/// <summary>A progressive listener at the first gateway and an HLS player at the last one, for each of some streams.</summary>
internal sealed class Audience : IAsyncDisposable
{
    public required ImmutableArray<Listener> Listeners { get; init; }

    public required ImmutableArray<HlsPlayer> Players { get; init; }

    public static async Task<Audience> StartAsync(ClusterScene scene, IReadOnlyCollection<Guid> streams)
    {
        var gateways = scene.Cluster.Gateways;
        var listeners = Task.WhenAll(streams.Select(stream => Listener.StartAsync(gateways[0], stream)));
        var players = Task.WhenAll(streams.Select(stream => HlsPlayer.StartAsync(gateways[^1], stream)));
        await Task.WhenAll(listeners, players);
        return new Audience { Listeners = [.. await listeners], Players = [.. await players] };
    }

    /// <summary>Waits until each listener has ten more seconds of audio, and each player at least two more segments after a discontinuity.</summary>
    public Task WaitForMoreAsync() => Task.WhenAll([
        .. Listeners.Select(listener => listener.WaitForAudioAsync(TimeSpan.FromSeconds(10), "the listener gets more audio")),
        .. Players.Select(player => player.WaitForSegmentsAsync(3, $"the player has more segments: {string.Join("; ", player.Problems)}")),
    ]);

    /// <summary>The longest silences of the first few listeners, as text.</summary>
    public string LongestSilence(long since, int listeners) =>
        string.Join(", ", Listeners.Take(listeners).Select(listener => ClusterScene.Seconds(listener.LongestSilence(since))));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Listeners.Select(listener => listener.DisposeAsync().AsTask()));
        await Task.WhenAll(Players.Select(player => player.DisposeAsync().AsTask()));
    }
}
