namespace Audio.Orleans.Contracts.Streams;

/// <summary>A sign of life from a relay that is not ours.</summary>
/// <param name="RelayToken">The token that the owner gave to the relay.</param>
/// <param name="Listeners">Its listeners, 0 or more.</param>
/// <param name="Uptime">How long it has been running.</param>
/// <param name="CpuUsage">In percent of a core; null when not told.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.outside-heartbeat")]
public sealed record OutsideHeartbeat(
    [property: Id(0)] string RelayToken,
    [property: Id(1)] int Listeners,
    [property: Id(2)] TimeSpan Uptime,
    [property: Id(3)] double? CpuUsage)
{
    /// <summary>Keeps the token out of logs.</summary>
    public override string ToString() => "OutsideHeartbeat";
}
