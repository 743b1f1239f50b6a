namespace Audio.Orleans.Contracts.Streams;

/// <summary>What a watcher of a stream is told.</summary>
/// <param name="State">Where the stream stands.</param>
/// <param name="CurrentTrack">What is on air.</param>
/// <param name="Listeners">How many listen.</param>
/// <param name="Access">Who may listen; null once the stream is deleted.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.change")]
public sealed record StreamChange(
    [property: Id(0)] LiveState State,
    [property: Id(1)] string? CurrentTrack,
    [property: Id(2)] int Listeners,
    [property: Id(3)] StreamAccess? Access);
