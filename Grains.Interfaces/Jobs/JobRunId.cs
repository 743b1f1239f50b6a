namespace AudioOrleans.Grains.Interfaces.Jobs;

/// <summary>Identifies a run of a job: its reports are accepted only while it holds the job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="LeaseToken">The run's lease token.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.job-run")]
public sealed record JobRunId([property: Id(0)] Guid JobId, [property: Id(1)] Guid LeaseToken);
