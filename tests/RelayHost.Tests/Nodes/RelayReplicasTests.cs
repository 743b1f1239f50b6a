using System.Net;
using AudioOrleans.RelayHost.Nodes;
using AudioOrleans.RelayHost.Progressive;
using AudioOrleans.RelayHost.Relays;
using AudioOrleans.RelayHost.Tests.Hls;
using AudioOrleans.Testing;
using AudioOrleans.Testing.Audio;
using Microsoft.Extensions.Logging.Abstractions;

namespace AudioOrleans.RelayHost.Tests.Nodes;

/// <summary>Two nodes in separate processes, and the replicas of a gateway when a stream moves from one to the other.</summary>
[Trait("Speed", "slow")]
public sealed class RelayReplicasTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly Guid _stream = Guid.NewGuid();
    private readonly Locator _locator = new();
    private readonly List<IAsyncDisposable> _parts = [];
    private IcecastServer _icecast = null!;

    public async Task InitializeAsync()
    {
        _icecast = await IcecastServer.StartAsync();
        _parts.Add(_icecast);
        await _icecast.AddSourceAsync("/live", await Tone.Mp3Async());
        await _icecast.SetTitleAsync("/live", "on air");
    }

    public async Task DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(_parts))
            await part.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_a_stream_moves_its_sequence_numbers_and_its_audio_continue(bool killed)
    {
        var first = await StartNodeAsync();
        _locator.Location = new RelayLocation(first.Address, false);
        await using var gateway = new Gateway(_locator);
        var playlist = gateway.RelayReplicas.FindPlaylist(_stream);
        using var listening = gateway.RelayReplicas.OpenRing(_stream);
        await Eventually.That(() => playlist.Current is not null && listening.Ring.Newest is { Title: "on air" }, Deadline, "both replicas are filled");
        var heard = CountAsync(listening.Ring);
        var before = Listing.Of(playlist);

        await (killed ? first.KillAsync() : first.StopAsync());
        var last = playlist.LastSequence;
        var second = await StartNodeAsync(takesOver: true);
        _locator.Location = new RelayLocation(second.Address, false);

        await Eventually.That(() => playlist.LastSequence >= last + 2, Deadline, "the segments of the new node have arrived");
        Assert.True(playlist.TryGetSegment(last + 1, out var next) && next!.Discontinuity, "a discontinuity marks the place");
        Assert.True(playlist.TryGetSegment(last + 2, out var after) && !after!.Discontinuity);
        Assert.True(playlist.TryGetSegment(last, out var old) && next.Start >= old!.End, "dates do not go back");
        Assert.Equal(old.DiscontinuitySequence + 1, next.DiscontinuitySequence);
        Assert.Contains(Listing.Of(playlist).Segments, segment => before.Segments.Any(known => known.Sequence == segment.Sequence));
        await Eventually.That(() => listening.Ring.Newest is { Title: "on air" } && !listening.Ring.IsClosed, Deadline, "the listener hears audio again");

        // Another gateway, which never connected to the first node, lists the same segments.
        await using var other = new Gateway(_locator);
        var replica = other.RelayReplicas.FindPlaylist(_stream);
        await Eventually.That(() => replica.LastSequence >= last + 2, Deadline, "another gateway has the segments");
        Assert.True(replica.TryGetSegment(last, out var same) && same!.Bytes.ToArray().SequenceEqual(old.Bytes.ToArray()));
        Assert.True(replica.TryGetSegment(last + 1, out var sameNext) && sameNext!.Bytes.ToArray().SequenceEqual(next.Bytes.ToArray()));
        Assert.False(heard.IsCompleted);
    }

    [Fact]
    public async Task A_handover_neither_repeats_nor_loses_audio()
    {
        var first = await StartNodeAsync();
        _locator.Location = new RelayLocation(first.Address, false);
        await using var gateway = new Gateway(_locator);
        var playlist = gateway.RelayReplicas.FindPlaylist(_stream);
        using var listening = gateway.RelayReplicas.OpenRing(_stream);
        await Eventually.That(() => playlist.Current is not null && listening.Ring.Newest is not null, Deadline, "both replicas are filled");
        var started = TimeProvider.System.GetTimestamp();
        var (heard, segment) = (CountAsync(listening.Ring), playlist.LastSequence);

        await first.StopAsync();
        var second = await StartNodeAsync(takesOver: true);
        _locator.Location = new RelayLocation(second.Address, false);
        var moved = playlist.LastSequence;
        await Eventually.That(() => playlist.LastSequence >= moved + 3, Deadline, "the new node continues");

        // The audio since then is as long as the time that has passed, with a tolerance for one chunk and for the clock.
        listening.Ring.Close();
        var elapsed = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
        Assert.InRange((await heard).TotalSeconds - elapsed, -1.5, 1.5);
        var listed = Enumerable.Range(1, (int)(playlist.LastSequence - segment))
            .Sum(i => playlist.TryGetSegment(segment + i, out var found) ? found!.Duration.TotalSeconds : 0);
        Assert.InRange(listed - elapsed, -3.5, 3.5);
    }

    [Fact]
    public async Task The_end_of_a_stream_disconnects_its_listeners()
    {
        var node = await StartNodeAsync();
        _locator.Location = new RelayLocation(node.Address, false);
        await using var gateway = new Gateway(_locator);
        using var listening = gateway.RelayReplicas.OpenRing(_stream);
        await Eventually.That(() => listening.Ring.Newest is not null, Deadline, "the replica is filled");
        _locator.Location = RelayLocation.Over;
        await node.KillAsync();
        await Eventually.That(() => listening.Ring.IsClosed, Deadline, "the listener is disconnected");
        _locator.Location = new RelayLocation((await StartNodeAsync()).Address, false);
        using var again = gateway.RelayReplicas.OpenRing(_stream);
        Assert.NotSame(listening.Ring, again.Ring);
        await Eventually.That(() => again.Ring.Newest is not null, Deadline, "a stream that is enabled again is heard again");
    }

    [Fact]
    public async Task Requests_without_the_secret_are_refused()
    {
        var node = await StartNodeAsync();
        using var client = new HttpClient { BaseAddress = node.Address };
        foreach (var id in new[] { _stream, Guid.NewGuid() })
        {
            using var response = await client.GetAsync(new Uri($"{NodeProtocol.Prefix}{id:D}/audio", UriKind.Relative));
            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        }
        client.DefaultRequestHeaders.Add(NodeProtocol.Secret, Node.Secret);
        foreach (var path in new[] { $"{Guid.NewGuid():D}/audio", $"{_stream:D}/other/audio", "x/audio", "" })
        {
            using var response = await client.GetAsync(new Uri(NodeProtocol.Prefix + path, UriKind.Relative));
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
        using var junk = new ByteArrayContent([2, 0, 0, 0, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        junk.Headers.Add(NodeProtocol.Age, "1000");
        using var refused = await client.PutAsync(new Uri($"{NodeProtocol.Prefix}{_stream:D}/window", UriKind.Relative), junk);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    private async Task<Node> StartNodeAsync(bool takesOver = false)
    {
        var node = await Node.StartAsync(_stream, _icecast.Mount("/live"), takesOver);
        _parts.Add(node);
        return node;
    }

    /// <summary>The duration of the audio that a listener hears from now until the ring closes.</summary>
    private static async Task<TimeSpan> CountAsync(AudioRing ring)
    {
        var heard = TimeSpan.Zero;
        for (var reader = ring.Open(TimeSpan.Zero); await reader.ReadAsync(CancellationToken.None) == RingRead.Chunk;)
            heard += reader.Chunk!.Duration;
        return heard;
    }

    private sealed class Gateway : IAsyncDisposable
    {
        private readonly NodeClient _client = new(Node.Secret, TimeProvider.System);

        public Gateway(IRelayLocator locator) =>
            RelayReplicas = new RelayReplicas(_client, locator, new RelayOptions { SegmentDuration = TimeSpan.FromSeconds(2) }, TimeProvider.System, NullLogger<RelayReplicas>.Instance);

        public RelayReplicas RelayReplicas { get; }

        public async ValueTask DisposeAsync()
        {
            await RelayReplicas.StartAsync(CancellationToken.None);
            await RelayReplicas.StopAsync(CancellationToken.None);
            RelayReplicas.Dispose();
            _client.Dispose();
        }
    }
}
