namespace AudioOrleans.Grains.Interfaces.Streams;

/// <summary>A stream as its relay sees it. Key: <see cref="GrainKeys.Stream"/>.</summary>
[Alias("audio.streams.IStreamRelayGrain")]
public interface IStreamRelayGrain : IGrainWithStringKey
{
    /// <summary>Sees to it that the stream is relayed if it is enabled; for the start of a silo.</summary>
    [Alias("EnsureRelaying"), ResponseTimeout(ResponseTimes.Slow)]
    Task EnsureRelaying();

    /// <summary>Takes a report of our own relay.</summary>
    [Alias("Report")]
    Task Report(RelayReport report);

    /// <summary>Moves the stream to the least loaded node, if that is another one; for a node that is about to stop.</summary>
    [Alias("Leave")]
    Task Leave();

    /// <summary>Takes a heartbeat of a relay outside.</summary>
    /// <exception cref="AudioException">NotFound, or Forbidden when the token is not the stream's.</exception>
    [Alias("Beat")]
    Task ReportHeartbeat(ExternalHeartbeat heartbeat);
}
