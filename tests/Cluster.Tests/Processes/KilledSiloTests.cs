using System.Net;
using System.Net.Http.Json;
using AudioOrleans.Cluster.Tests.Support;
using AudioOrleans.Testing.Platforms;
using Xunit.Abstractions;

namespace AudioOrleans.Cluster.Tests.Processes;

/// <summary>The effects of killing a silo.</summary>
[Collection("one cluster at a time")]
public sealed class KilledSiloTests(ITestOutputHelper output)
{
    /// <summary>The longest time from the kill until all streams of the silo are live on other silos.</summary>
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Its_streams_are_live_on_other_silos_within_ten_seconds_and_no_listener_is_disconnected()
    {
        await using var scene = await ClusterScene.StartAsync(output, streams: 12);
        var (victim, lost) = await scene.BusiestAsync();
        var unaffected = scene.Streams.Except(lost).ToImmutableArray();
        var changed = lost[0];
        using (var patched = await scene.Dj.Client.PatchAsJsonAsync($"/v1/streams/{changed}", new { name = "Renamed", description = "As its owner wants it" }))
            Assert.Equal(HttpStatusCode.OK, patched.StatusCode);
        var hidden = lost[^1];
        using (var patched = await scene.Djs[1].Client.PatchAsJsonAsync($"/v1/streams/{hidden}", new { visibility = "private" }))
            Assert.Equal(HttpStatusCode.OK, patched.StatusCode);

        var watched = lost[..3];
        await using var audience = await Audience.StartAsync(scene, [.. watched, unaffected[0]]);
        await Task.WhenAll(watched.Append(unaffected[0]).Select(stream =>
            scene.UntilAsync(stream, status => status is { Listeners: 2, CurrentTrack: "On air" }, ClusterScene.Deadline, "its listeners are counted")));
        var before = await Task.WhenAll(lost.Select(stream => StreamSnapshot.ReadAsync(scene, stream)));
        var assertUndisturbed = await scene.ExpectUndisturbedAsync(unaffected);

        var killedAt = await victim.KillAsync();
        var back = await Task.WhenAll(lost.Select(async (stream, i) =>
        {
            await scene.UntilAsync(stream, status => status.State == "live" && status.Node != victim.Name, ClusterScene.Deadline, "it is live on another silo", gateway: i % 2);
            return ClusterScene.Since(killedAt);
        }));
        scene.WriteLine($"{lost.Length} of 12 streams lost; declared dead after {scene.DeclaredDead(victim, killedAt):ss\\.ff}, live again after {ClusterScene.Seconds(back.Min())} to {ClusterScene.Seconds(back.Max())}");
        Assert.True(back.Max() < RecoveryLimit, $"All were live again only after {ClusterScene.Seconds(back.Max())}");

        await audience.WaitForMoreAsync();
        foreach (var listener in audience.Listeners)
            Assert.Null(listener.DisconnectReason);
        foreach (var player in audience.Players)
            player.AssertValid(discontinuities: watched.Contains(player.Stream) ? 1 : 0);
        scene.WriteLine($"progressive silence {audience.LongestSilence(killedAt, 3)}, HLS gap {string.Join(", ", audience.Players.Take(3).Select(player => ClusterScene.Seconds(player.LongestGap)))}");

        var after = await Task.WhenAll(lost.Select(stream => StreamSnapshot.ReadAsync(scene, stream, gateway: 1)));
        Assert.Equal(before.Select(stream => (stream.Body, stream.ETag)), after.Select(stream => (stream.Body, stream.ETag)));
        foreach (var (one, other) in before.Zip(after))
        {
            Assert.Equal(one.History, other.History);
            Assert.Equal(one.Timeline, other.Timeline.TakeLast(one.Timeline.Count));
            var moved = Assert.Single(other.Timeline.SkipLast(one.Timeline.Count), entry => entry.Kind == "moved");
            Assert.Matches($"^From {victim.Name} to silo-[123]\\.$", moved.Reason!);
        }
        await Task.WhenAll(watched.Select(stream => scene.UntilAsync(
            stream, status => status is { Listeners: 2, CurrentTrack: "On air" }, ClusterScene.Deadline, "its listeners are counted again")));

        await assertUndisturbed();
    }

    [Fact]
    public async Task Fifty_streams_are_all_live_again_on_other_silos_within_ten_seconds()
    {
        await using var scene = await ClusterScene.StartAsync(output, streams: 50);
        var (victim, lost) = await scene.BusiestAsync();
        var assertUndisturbed = await scene.ExpectUndisturbedAsync([.. scene.Streams.Except(lost)]);
        using var admin = await Dj.LogInAsync(scene.Cluster.Gateways[0].Url, Dj.AdminEmail);
        var killedAt = await victim.KillAsync();
        await scene.UntilRelayedAsync(admin, [.. scene.Cluster.Silos.Where(silo => silo != victim).Select(silo => silo.Name)], 50);
        var relayed = ClusterScene.Since(killedAt);
        var back = await Task.WhenAll(lost.Select(async (stream, i) =>
        {
            await scene.UntilAsync(stream, status => status.State == "live" && status.Node != victim.Name, ClusterScene.Deadline, "it is live on another silo", gateway: i % 2);
            return ClusterScene.Since(killedAt);
        }));
        scene.WriteLine($"{lost.Length} of 50 streams lost; declared dead after {scene.DeclaredDead(victim, killedAt):ss\\.ff}, relayed (as reported) after {ClusterScene.Seconds(relayed)}, live again after {ClusterScene.Seconds(back.Min())} to {ClusterScene.Seconds(back.Max())}");
        Assert.True(back.Max() < RecoveryLimit, $"All were live again only after {ClusterScene.Seconds(back.Max())}");
        await assertUndisturbed();
        Assert.Equal(50, (await scene.StreamsByNodeAsync()).Where(streams => streams.Key != victim.Name).Sum(streams => streams.Count()));
    }

    /// <summary>What the owner of a stream sees of it.</summary>
    private sealed record StreamSnapshot(string Body, string ETag, IReadOnlyList<string> History, IReadOnlyList<(string Kind, string? Reason)> Timeline)
    {
        public static async Task<StreamSnapshot> ReadAsync(ClusterScene scene, Guid stream, int gateway = 0)
        {
            var (body, tag) = await scene.DetailsAsync(stream, gateway);
            return new StreamSnapshot(body, tag, await scene.HistoryAsync(stream, gateway), await scene.TimelineAsync(stream, gateway));
        }
    }
}
