namespace AudioOrleans.Grains.Interfaces.Streams;

/// <summary>A stream as its relay uses it. Key: <see cref="GrainKeys.Stream"/>.</summary>
[Alias("audio.streams.IStreamRelayGrain")]
public interface IStreamRelayGrain : IGrainWithStringKey
{
    /// <summary>Ensures that the stream is relayed if it is enabled; called when a silo starts.</summary>
    [Alias("EnsureRelaying"), ResponseTimeout(ResponseTimes.Slow)]
    Task EnsureRelaying();

    /// <summary>Records a report from our own relay.</summary>
    [Alias("Report")]
    Task Report(RelayReport report);

    /// <summary>Moves the stream to the least loaded node, if that is a different one; called by a node that is about to stop.</summary>
    [Alias("Leave")]
    Task Leave();

    /// <summary>Records a heartbeat from an external relay.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden if the token does not belong to the stream.</exception>
    [Alias("Beat")]
    Task ReportHeartbeat(ExternalHeartbeat heartbeat);
}
