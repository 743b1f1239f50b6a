namespace Audio.Orleans.Contracts.Streams;

/// <summary>Why a stream was silent, or is not any more.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Kind"><c>registered, connecting, live, retrying, offline, disabled, enabled, source_changed, segmenter_restarted</c>.</param>
/// <param name="Reason">A sentence; null where there is nothing to explain.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.timeline-entry")]
public sealed record TimelineEntry([property: Id(0)] DateTimeOffset At, [property: Id(1)] string Kind, [property: Id(2)] string? Reason);
