using System.Net;
using System.Security.Cryptography;
using AudioOrleans.Cluster.Tests.Support;
using AudioOrleans.RelayHost.Nodes;
using AudioOrleans.Testing;
using Xunit.Abstractions;

namespace AudioOrleans.Cluster.Tests.Processes;

/// <summary>Gateways have no state of their own: when one fails, another one answers.</summary>
[Collection("one cluster at a time")]
public sealed class GatewayTests(ITestOutputHelper output)
{
    [Fact]
    public async Task When_a_gateway_is_killed_another_one_serves_the_same_addresses()
    {
        await using var scene = await ClusterScene.StartAsync(output, streams: 2, silos: 2);
        var (first, second) = (scene.Cluster.Gateways[0], scene.Cluster.Gateways[1]);
        var stream = scene.Streams[0];
        await using var player = await HlsPlayer.StartAsync(first, stream);
        await player.WaitForSegmentsAsync(1, "the playlist continues");
        var listed = player.Segments;
        player.AssertValid(discontinuities: 0);
        await first.KillAsync();

        // The second has never served this stream.
        using var fetched = await second.Client.GetAsync(new Uri($"/v1/streams/{stream}/segments/{listed[^1].Sequence}.ts", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, fetched.StatusCode);
        Assert.Equal(listed[^1].Hash, Convert.ToHexString(SHA256.HashData(await fetched.Content.ReadAsByteArrayAsync())));
        await using var other = await HlsPlayer.StartAsync(second, stream);
        await other.WaitForSegmentsAsync(1, "the playlist continues");
        other.AssertValid(discontinuities: 0);
        var same = other.Segments.Join(listed, one => one.Sequence, known => known.Sequence, (one, known) => (One: one with { At = 0 }, Known: known with { At = 0 })).ToList();
        Assert.NotEmpty(same);
        Assert.All(same, pair => Assert.Equal(pair.Known, pair.One));
        await using var listener = await Listener.StartAsync(second, stream);
        await listener.WaitForAudioAsync(TimeSpan.FromSeconds(3), "the audio continues");
        Assert.Null(listener.DisconnectReason);
        // A session of the first gateway is valid at the second.
        Assert.Equal(2, (await scene.Djs[1].GetAsync("/v1/streams"))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_gateway_with_another_secret_gets_no_audio()
    {
        await using var scene = await ClusterScene.StartAsync(output, streams: 1, silos: 1, gateways: 1);
        var stranger = await scene.Cluster.StartGatewayAsync(new Dictionary<string, string?> { ["Cluster__Secret"] = new string('x', 32) });
        foreach (var path in new[] { "live.mp3", "live.m3u8" })
        {
            using var refused = await stranger.Client.GetAsync(new Uri($"/v1/streams/{scene.Streams[0]}/{path}", UriKind.Relative));
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        }
        await Eventually.That(() => stranger.Log.Any(line => line.Text.Contains("401", StringComparison.Ordinal)), TimeSpan.FromSeconds(10), "its log gives the reason");

        var silo = scene.Cluster.Silos[0];
        using (var wrong = new NodeClient(new string('x', 32), TimeProvider.System))
        {
            var error = await Assert.ThrowsAsync<HttpRequestException>(() => wrong.OpenAudioAsync(silo.Url, scene.Streams[0], TimeSpan.Zero, CancellationToken.None));
            Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
        }
        using var right = new NodeClient(scene.Cluster.Secret, TimeProvider.System);
        using var audio = await right.OpenAudioAsync(silo.Url, scene.Streams[0], TimeSpan.Zero, CancellationToken.None);
        Assert.Equal(HttpStatusCode.OK, audio!.StatusCode);
        // The addresses for nodes are available neither at a gateway nor without the secret.
        using var outside = await scene.Cluster.Gateways[0].Client.GetAsync(new Uri($"/node/v1/streams/{scene.Streams[0]}/audio", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
        using var without = await silo.Client.GetAsync(new Uri($"/node/v1/streams/{scene.Streams[0]}/audio", UriKind.Relative));
        Assert.Equal(HttpStatusCode.Unauthorized, without.StatusCode);
    }
}
