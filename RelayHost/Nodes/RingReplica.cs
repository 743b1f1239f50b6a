using AudioOrleans.RelayHost.Progressive;

namespace AudioOrleans.RelayHost.Nodes;

/// <summary>A copy of a relay's ring, for the progressive listeners of this process.</summary>
internal sealed class RingReplica : RelayReplica
{
    private int _listeners;
    private long? _newestAt;

    public RingReplica(Guid streamId, RelayReplicaServices services) : base(streamId, services) => Ring = services.Options.CreateRing();

    /// <summary>The copy.</summary>
    public AudioRing Ring { get; }

    /// <summary>A copy with listeners is never idle.</summary>
    public override TimeSpan Idle => Volatile.Read(ref _listeners) > 0 ? TimeSpan.Zero : base.Idle;

    /// <summary>Adds a listener.</summary>
    public void Join() => Interlocked.Increment(ref _listeners);

    /// <summary>Removes a listener.</summary>
    public void Leave()
    {
        Touch();
        Interlocked.Decrement(ref _listeners);
    }

    protected override async Task FollowAsync(Uri node, CancellationToken cancellationToken)
    {
        // At first all audio in the ring, for the bursts of listeners here; after a break only what was missed, so that nothing is sent twice.
        var burst = _newestAt is { } at ? Services.Time.GetElapsedTime(at) : Services.Options.RingDuration;
        using var response = await Services.Nodes.OpenAudioAsync(node, StreamId, burst, cancellationToken);
        if (response is null)
            return;
        await ReadAsync(response, Take, cancellationToken);
    }

    protected override void Close() => Ring.Close();

    private void Take(NodeFrame frame)
    {
        if (frame.Chunk is null)
            return;
        if (_newestAt is { } newest && Services.Time.GetElapsedTime(newest) > Services.Options.OfflineAfter)
            Ring.ForgetPast();
        Ring.BytesPerSecond = frame.BytesPerSecond;
        Ring.Append(frame.Chunk);
        _newestAt = Services.Time.GetTimestamp();
    }
}
