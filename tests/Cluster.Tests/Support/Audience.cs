namespace AudioOrleans.Cluster.Tests.Support;

/// <summary>For each of some streams somebody who listens at the first gateway, and a player at the second.</summary>
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

    /// <summary>Waits until everybody has heard ten seconds more, and each player has two segments more after the last place where it was broken.</summary>
    public Task GoesOnAsync() => Task.WhenAll([
        .. Listeners.Select(listener => listener.HearsOnAsync(TimeSpan.FromSeconds(10), "the listener hears on")),
        .. Players.Select(player => player.PlaysOnAsync(3, $"the player has more segments: {string.Join("; ", player.Problems)}")),
    ]);

    /// <summary>The longest silences of the first few listeners, for people to read.</summary>
    public string LongestSilence(long since, int listeners) =>
        string.Join(", ", Listeners.Take(listeners).Select(listener => ClusterScene.Seconds(listener.LongestSilence(since))));

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Listeners.Select(listener => listener.DisposeAsync().AsTask()));
        await Task.WhenAll(Players.Select(player => player.DisposeAsync().AsTask()));
    }
}
