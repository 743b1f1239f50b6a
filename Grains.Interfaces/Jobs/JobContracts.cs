namespace AudioOrleans.Grains.Interfaces.Jobs;

/// <summary>Where a job is in its life; it ends in one of the last three.</summary>
public enum JobStatus
{
    /// <summary>It waits, for a worker or for its time.</summary>
    Queued,

    /// <summary>A worker has it.</summary>
    Running,

    /// <summary>It succeeded.</summary>
    Done,

    /// <summary>It failed for good: a dead letter.</summary>
    Dead,

    /// <summary>It was called off.</summary>
    Cancelled,
}

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

/// <summary>Which jobs an admin wants to see.</summary>
/// <param name="Queue">Those of this queue.</param>
/// <param name="Count">So many at most, 1 to 100.</param>
/// <param name="Dead">The dead letters; otherwise those that wait.</param>
[GenerateSerializer, Immutable, Alias("audio.jobs.peek")]
public sealed record JobPeek([property: Id(0)] string Queue, [property: Id(1)] int Count, [property: Id(2)] bool Dead);

/// <summary>How a queue stands.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Waiting">How many jobs wait, for a worker or for their time.</param>
/// <param name="Running">How many run.</param>
/// <param name="DoneLastHour">How many were done in the last hour.</param>
/// <param name="Dead">How many dead letters there are.</param>
/// <param name="OldestWaiting">For how long the oldest of those that wait does; null when none does.</param>
[GenerateSerializer, Immutable, Alias("audio.jobs.queue-stats")]
public sealed record JobQueueStats(
    [property: Id(0)] string Queue,
    [property: Id(1)] long Waiting,
    [property: Id(2)] long Running,
    [property: Id(3)] long DoneLastHour,
    [property: Id(4)] long Dead,
    [property: Id(5)] TimeSpan? OldestWaiting);
