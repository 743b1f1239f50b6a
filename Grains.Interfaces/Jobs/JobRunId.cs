namespace AudioOrleans.Grains.Interfaces.Jobs;

/// <summary>Which run of a job calls: what it reports counts only while it holds the job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="LeaseToken">The run.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.job-run")]
public sealed record JobRunId([property: Id(0)] Guid JobId, [property: Id(1)] Guid LeaseToken);
