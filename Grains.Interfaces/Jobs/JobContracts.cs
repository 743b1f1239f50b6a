namespace AudioOrleans.Grains.Interfaces.Jobs;

/// <summary>The job queue, for admins. A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.jobs.IJobsGrain")]
public interface IJobsGrain : IGrainWithStringKey
{
    /// <summary>Statistics of each non-empty queue, ordered by name.</summary>
    /// <exception cref="AudioException">Forbidden for non-admins.</exception>
    [Alias("GetStats")]
    Task<ImmutableArray<JobQueueStats>> GetStats(Caller caller);

    /// <summary>The next jobs of a queue in execution order, or its dead letters, latest first.</summary>
    /// <exception cref="AudioException">Forbidden for non-admins.</exception>
    [Alias("Peek")]
    Task<ImmutableArray<JobDetails>> Peek(Caller caller, JobPeek peek);

    /// <summary>Retries a dead or cancelled job, with all its attempts restored; returns its new state.</summary>
    /// <exception cref="AudioException">NotFound; Conflict in any other state; Forbidden for non-admins.</exception>
    [Alias("Retry")]
    Task<JobDetails> Retry(Caller caller, Guid jobId);

    /// <summary>Cancels a job: a waiting one immediately, a running one when its worker is notified.</summary>
    /// <exception cref="AudioException">NotFound; Conflict when it has ended; Forbidden for non-admins.</exception>
    [Alias("Cancel")]
    Task<JobDetails> Cancel(Caller caller, Guid jobId);

    /// <summary>Deletes all dead letters whose owners have been notified; returns how many.</summary>
    /// <exception cref="AudioException">Forbidden for non-admins.</exception>
    [Alias("PurgeDead")]
    Task<int> PurgeDead(Caller caller);
}

/// <summary>The state of a job; the last three are final.</summary>
public enum JobState
{
    /// <summary>Waiting for a worker or for its due time.</summary>
    Queued,

    /// <summary>A worker is running it.</summary>
    Running,

    /// <summary>It succeeded.</summary>
    Done,

    /// <summary>It failed for good: a dead letter.</summary>
    Dead,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

/// <summary>A job as admins see it: without its payload, which may contain private data.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="Kind">The kind of work.</param>
/// <param name="OwnerId">Its owner; null if there is none.</param>
/// <param name="Subject">What it is about: the key or id of a grain.</param>
/// <param name="Priority">Higher ones go first.</param>
/// <param name="State">Its state.</param>
/// <param name="Attempts">How many attempts were started.</param>
/// <param name="MaxAttempts">How many failed attempts make it dead.</param>
/// <param name="Progress">How much of it is done, 0 to 100.</param>
/// <param name="Worker">Its current or last worker: machine and process; may be null.</param>
/// <param name="Error">Why the last attempt failed; null if none did.</param>
/// <param name="CreatedAt">When it was enqueued.</param>
/// <param name="RunAt">When it is, or was, due.</param>
/// <param name="StartedAt">When the last attempt began; null before the first.</param>
/// <param name="FinishedAt">When it ended; null until then.</param>
[GenerateSerializer, Immutable, Alias("audio.jobs.details")]
public sealed record JobDetails(
    [property: Id(0)] Guid JobId,
    [property: Id(1)] string Queue,
    [property: Id(2)] string Kind,
    [property: Id(3)] Guid? OwnerId,
    [property: Id(4)] string Subject,
    [property: Id(5)] int Priority,
    [property: Id(6)] JobState State,
    [property: Id(7)] int Attempts,
    [property: Id(8)] int MaxAttempts,
    [property: Id(9)] int Progress,
    [property: Id(10)] string? Worker,
    [property: Id(11)] string? Error,
    [property: Id(12)] DateTimeOffset CreatedAt,
    [property: Id(13)] DateTimeOffset RunAt,
    [property: Id(14)] DateTimeOffset? StartedAt,
    [property: Id(15)] DateTimeOffset? FinishedAt);

/// <summary>Selects the jobs that an admin lists.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Count">The maximum number, 1 to 100.</param>
/// <param name="Dead">Whether to list dead letters instead of waiting jobs.</param>
[GenerateSerializer, Immutable, Alias("audio.jobs.peek")]
public sealed record JobPeek([property: Id(0)] string Queue, [property: Id(1)] int Count, [property: Id(2)] bool Dead);

/// <summary>Statistics of a queue.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Waiting">How many jobs wait for a worker or for their due time.</param>
/// <param name="Running">How many run.</param>
/// <param name="DoneLastHour">How many were done in the last hour.</param>
/// <param name="Dead">How many dead letters there are.</param>
/// <param name="OldestWaiting">How long the oldest waiting job has waited; null if none waits.</param>
[GenerateSerializer, Immutable, Alias("audio.jobs.queue-stats")]
public sealed record JobQueueStats(
    [property: Id(0)] string Queue,
    [property: Id(1)] long Waiting,
    [property: Id(2)] long Running,
    [property: Id(3)] long DoneLastHour,
    [property: Id(4)] long Dead,
    [property: Id(5)] TimeSpan? OldestWaiting);

/// <summary>Identifies a run of a job: its reports are accepted only while it holds the job.</summary>
/// <param name="JobId">The job.</param>
/// <param name="LeaseToken">The run's lease token.</param>
[GenerateSerializer, Immutable, Alias("audio.uploads.job-run")]
public sealed record JobRunId([property: Id(0)] Guid JobId, [property: Id(1)] Guid LeaseToken);
