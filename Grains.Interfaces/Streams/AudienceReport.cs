namespace Audio.Orleans.Contracts.Streams;

/// <summary>How many listen to a stream through one gateway; it replaces that gateway's last report.</summary>
/// <param name="GatewayId">The gateway, by an id of its process.</param>
/// <param name="Progressive">Open progressive connections.</param>
/// <param name="Hls">HLS sessions that polled lately.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.audience-report")]
public sealed record AudienceReport([property: Id(0)] string GatewayId, [property: Id(1)] int Progressive, [property: Id(2)] int Hls);
