namespace Audio.Orleans.Contracts.Jobs;

/// <summary>A job, as admins see it: without its payload, which may hold what is not theirs to see.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Kind">What kind of work it is.</param>
/// <param name="OwnerId">Whose it is; null for nobody's.</param>
/// <param name="Subject">What it is about: the key or id of a grain.</param>
/// <param name="Priority">Higher ones go first.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Attempts">How many attempts have begun.</param>
/// <param name="MaxAttempts">After so many attempts that fail it is dead.</param>
/// <param name="Progress">How much of it is done, 0 to 100.</param>
/// <param name="Worker">Who has it, or had it last: machine and process; may be null.</param>
/// <param name="Error">Why the last attempt failed; null when none did.</param>
/// <param name="CreatedAt">When it was enqueued.</param>
/// <param name="RunAt">When it is or was due.</param>
/// <param name="StartedAt">When the last attempt began; null before the first.</param>
/// <param name="FinishedAt">When it ended; null before.</param>
[GenerateSerializer, Immutable, Alias("audio.jobs.details")]
public sealed record JobDetails(
    [property: Id(0)] Guid JobId,
    [property: Id(1)] string Queue,
    [property: Id(2)] string Kind,
    [property: Id(3)] Guid? OwnerId,
    [property: Id(4)] string Subject,
    [property: Id(5)] int Priority,
    [property: Id(6)] JobStatus State,
    [property: Id(7)] int Attempts,
    [property: Id(8)] int MaxAttempts,
    [property: Id(9)] int Progress,
    [property: Id(10)] string? Worker,
    [property: Id(11)] string? Error,
    [property: Id(12)] DateTimeOffset CreatedAt,
    [property: Id(13)] DateTimeOffset RunAt,
    [property: Id(14)] DateTimeOffset? StartedAt,
    [property: Id(15)] DateTimeOffset? FinishedAt);
