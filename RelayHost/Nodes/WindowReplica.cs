using System.Globalization;
using AudioOrleans.RelayHost.Hls;

namespace AudioOrleans.RelayHost.Nodes;

/// <summary>A copy of a relay's playlist and its segments, for the HLS players of this process. Each segment crosses the network once.</summary>
internal sealed class WindowReplica : RelayReplica
{
    /// <summary>Players have run out of audio by then: an older window is useless.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromMinutes(1);

    private long _newestAt;

    public WindowReplica(Guid streamId, RelayReplicaServices services) : base(streamId, services) =>
        Playlist = new LivePlaylist(services.Options.SegmentDuration, services.Time);

    /// <summary>The copy.</summary>
    public LivePlaylist Playlist { get; }

    protected override async Task FollowAsync(Uri node, CancellationToken cancellationToken)
    {
        using var response = await Services.Nodes.OpenWindowAsync(node, StreamId, cancellationToken);
        if (response is null)
            return;
        var window = Playlist.Retained;
        var age = Services.Time.GetElapsedTime(_newestAt);
        if (Header(response, NodeProtocol.WantsWindow) == "1" && !window.IsEmpty && age < Stale)
            await Services.Nodes.BringWindowAsync(node, StreamId, window, age, cancellationToken);
        var target = TimeSpan.FromSeconds(int.Parse(Header(response, NodeProtocol.TargetDuration)!, CultureInfo.InvariantCulture));
        await ReadAsync(response, frame => Take(frame, target), cancellationToken);
    }

    protected override void Close() => Playlist.Close();

    private void Take(NodeFrame frame, TimeSpan targetDuration)
    {
        // A relay sends its whole window: after a break, segments that are already here arrive again.
        if (frame.Segment is not { } segment || (Playlist.LastSequence >= segment.Sequence))
            return;
        Playlist.Follow(segment, targetDuration);
        _newestAt = Services.Time.GetTimestamp();
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : null;
}
