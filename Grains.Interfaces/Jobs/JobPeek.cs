namespace Audio.Orleans.Contracts.Jobs;

/// <summary>Which jobs an admin wants to see.</summary>
/// <param name="Queue">Those of this queue.</param>
/// <param name="Count">So many at most, 1 to 100.</param>
/// <param name="Dead">The dead letters; otherwise those that wait.</param>
[GenerateSerializer, Immutable, Alias("audio.jobs.peek")]
public sealed record JobPeek([property: Id(0)] string Queue, [property: Id(1)] int Count, [property: Id(2)] bool Dead);
