using AudioOrleans.Cluster.Tests.Support;
using Xunit.Abstractions;

namespace AudioOrleans.Cluster.Tests.Processes;

/// <summary>What is noticed when a silo is told to stop: nothing.</summary>
[Collection("one cluster after the other")]
public sealed class StoppedSiloTests(ITestOutputHelper output)
{
    /// <summary>A segment of the platform's target duration.</summary>
    private static readonly TimeSpan Segment = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task Not_one_request_fails_and_no_audio_is_lost_while_it_gives_its_streams_away()
    {
        await using var scene = await ClusterScene.StartAsync(output, streams: 6);
        var (leaving, moved) = await scene.BusiestAsync();
        await using var audience = await Audience.StartAsync(scene, moved);
        await Task.WhenAll(moved.Select(stream => scene.UntilAsync(
            stream, status => status is { Listeners: 2, CurrentTrack: "On air" }, ClusterScene.Deadline, "its listeners are counted")));
        await using var traffic = Traffic.Start(scene);
        await audience.GoesOnAsync();
        var assertLeftAlone = await scene.LeftAloneAsync([.. scene.Streams.Except(moved)]);
        var before = await Task.WhenAll(moved.Select(scene.StatusAsync));

        var told = TimeProvider.System.GetTimestamp();
        var exit = await leaving.StopAsync();
        var stopped = ClusterScene.Since(told);
        // What came along with its grain is there at once: no gateway has reported anew, and no relay.
        var arrived = await Task.WhenAll(moved.Select(scene.StatusAsync));
        await audience.GoesOnAsync();
        await traffic.StopAsync();

        scene.Say($"{moved.Length} streams given away, ended after {ClusterScene.Seconds(stopped)}; {traffic.Count} requests, the slowest took {ClusterScene.Seconds(traffic.Slowest)}");
        scene.Say($"progressive silence {audience.LongestSilence(told, 9)}; audio and time {string.Join(", ", audience.Listeners.Select(listener => listener.After(told)))}");
        scene.Say($"HLS gap {string.Join(", ", audience.Players.Select(player => ClusterScene.Seconds(player.LongestGap)))}");
        Assert.True(traffic.Failures.Count == 0, string.Join(Environment.NewLine, traffic.Failures));
        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(before.Select(status => (status.Listeners, status.CurrentTrack)), arrived.Select(status => (status.Listeners, status.CurrentTrack)));
        Assert.All(arrived, status => Assert.True(status.Node != leaving.Name && status.State is "live" or "connecting", status.ToString()));
        foreach (var listener in audience.Listeners)
        {
            Assert.Null(listener.Cut);
            var (audio, elapsed) = listener.After(told);
            Assert.True((audio - elapsed).Duration() < TimeSpan.FromSeconds(1.5), $"In {ClusterScene.Seconds(elapsed)} came {ClusterScene.Seconds(audio)} of audio");
        }
        foreach (var player in audience.Players)
        {
            player.AssertSound(discontinuities: 1);
            Assert.True(player.LongestGap < Segment, $"{ClusterScene.Seconds(player.LongestGap)} of the programme are missing");
        }
        await assertLeftAlone();
        foreach (var stream in moved)
            Assert.Contains(await scene.TimelineAsync(stream), entry => entry.Kind == "moved" && entry.Reason!.StartsWith($"From {leaving.Name} to silo-", StringComparison.Ordinal));
        Assert.DoesNotContain(leaving.Name, (await scene.PlacesAsync()).Select(streams => streams.Key));
    }
}
