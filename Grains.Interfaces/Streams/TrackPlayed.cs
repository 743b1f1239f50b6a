namespace Audio.Orleans.Contracts.Streams;

/// <summary>A track of a stream's history.</summary>
/// <param name="Title">Its title as the source named it.</param>
/// <param name="StartedAt">When it came on air, UTC.</param>
/// <param name="EndedAt">When the next came; null for the one on air.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.track-played")]
public sealed record TrackPlayed(
    [property: Id(0)] string Title, [property: Id(1)] DateTimeOffset StartedAt, [property: Id(2)] DateTimeOffset? EndedAt);
