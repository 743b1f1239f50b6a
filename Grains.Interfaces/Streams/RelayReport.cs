namespace Audio.Orleans.Contracts.Streams;

/// <summary>What happened in a stream's relay.</summary>
public enum RelayReportKind
{
    /// <summary>It went into another state.</summary>
    State,

    /// <summary>The source named another title.</summary>
    Title,

    /// <summary>Its segmenter failed and was replaced.</summary>
    SegmenterRestarted,

    /// <summary>It is alive.</summary>
    Heartbeat,

    /// <summary>Its audio is of another format or rate.</summary>
    Audio,
}

/// <summary>A relay's report to its stream.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Node">On which silo.</param>
/// <param name="State">The new state, for <see cref="RelayReportKind.State"/>.</param>
/// <param name="Text">The reason, or the title.</param>
/// <param name="Codec"><c>mp3</c> or <c>aac</c>, when it became live or changed.</param>
/// <param name="BitrateKbps">In kbit/s, when it became live or changed.</param>
/// <param name="LastDiscontinuity">The newest discontinuity number of its playlist.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.relay-report")]
public sealed record RelayReport(
    [property: Id(0)] RelayReportKind Kind,
    [property: Id(1)] DateTimeOffset At,
    [property: Id(2)] string Node,
    [property: Id(3)] LiveState? State,
    [property: Id(4)] string? Text,
    [property: Id(5)] string? Codec,
    [property: Id(6)] int? BitrateKbps,
    [property: Id(7)] long LastDiscontinuity);
