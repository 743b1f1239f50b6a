using AudioOrleans.Cluster.Tests.Support;
using Xunit.Abstractions;

namespace AudioOrleans.Cluster.Tests.Processes;

/// <summary>Stopping a silo is not noticed by any client.</summary>
[Collection("one cluster at a time")]
public sealed class StoppedSiloTests(ITestOutputHelper output)
{
    /// <summary>A segment of the platform's target duration.</summary>
    private static readonly TimeSpan Segment = TimeSpan.FromSeconds(6);

    [Fact]
    public async Task No_request_fails_and_no_audio_is_lost_while_a_silo_hands_over_its_streams()
    {
        await using var scene = await ClusterScene.StartAsync(output, streams: 6);
        var (leaving, moved) = await scene.BusiestAsync();
        await using var audience = await Audience.StartAsync(scene, moved);
        await Task.WhenAll(moved.Select(stream => scene.UntilAsync(
            stream, status => status is { Listeners: 2, CurrentTrack: "On air" }, ClusterScene.Deadline, "its listeners are counted")));
        await using var traffic = Traffic.Start(scene);
        await audience.WaitForMoreAsync();
        var assertUndisturbed = await scene.ExpectUndisturbedAsync([.. scene.Streams.Except(moved)]);
        var before = await Task.WhenAll(moved.Select(scene.StatusAsync));

        var stopRequested = TimeProvider.System.GetTimestamp();
        var exit = await leaving.StopAsync();
        var stopped = ClusterScene.Since(stopRequested);
        // Migrated state is available at once, before any gateway or relay has reported again.
        var arrived = await Task.WhenAll(moved.Select(scene.StatusAsync));
        await audience.WaitForMoreAsync();
        await traffic.StopAsync();

        scene.WriteLine($"{moved.Length} streams handed over, ended after {ClusterScene.Seconds(stopped)}; {traffic.Count} requests, the slowest took {ClusterScene.Seconds(traffic.Slowest)}");
        scene.WriteLine($"progressive silence {audience.LongestSilence(stopRequested, 9)}; audio and time {string.Join(", ", audience.Listeners.Select(listener => listener.After(stopRequested)))}");
        scene.WriteLine($"HLS gap {string.Join(", ", audience.Players.Select(player => ClusterScene.Seconds(player.LongestGap)))}");
        Assert.True(traffic.Failures.Count == 0, string.Join(Environment.NewLine, traffic.Failures));
        Assert.Equal(0, exit.ExitCode);
        Assert.Equal(before.Select(status => (status.Listeners, status.CurrentTrack)), arrived.Select(status => (status.Listeners, status.CurrentTrack)));
        Assert.All(arrived, status => Assert.True(status.Node != leaving.Name && status.State is "live" or "connecting", status.ToString()));
        foreach (var listener in audience.Listeners)
        {
            Assert.Null(listener.DisconnectReason);
            var (audio, elapsed) = listener.After(stopRequested);
            Assert.True((audio - elapsed).Duration() < TimeSpan.FromSeconds(1.5), $"{ClusterScene.Seconds(audio)} of audio arrived in {ClusterScene.Seconds(elapsed)}");
        }
        foreach (var player in audience.Players)
        {
            player.AssertValid(discontinuities: 1);
            Assert.True(player.LongestGap < Segment, $"{ClusterScene.Seconds(player.LongestGap)} of the programme are missing");
        }
        await assertUndisturbed();
        foreach (var stream in moved)
            Assert.Contains(await scene.TimelineAsync(stream), entry => entry.Kind == "moved" && entry.Reason!.StartsWith($"From {leaving.Name} to silo-", StringComparison.Ordinal));
        Assert.DoesNotContain(leaving.Name, (await scene.StreamsByNodeAsync()).Select(streams => streams.Key));
    }
}
