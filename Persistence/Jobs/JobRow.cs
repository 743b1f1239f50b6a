namespace AudioOrleans.Persistence.Jobs;

/// <summary>The state of a job; the last three are final.</summary>
public enum JobState
{
    /// <summary>Waiting for a worker or for its due time.</summary>
    Queued,

    /// <summary>A worker has a lease on it.</summary>
    Running,

    /// <summary>It succeeded.</summary>
    Done,

    /// <summary>It failed for good: a dead letter.</summary>
    Dead,

    /// <summary>It was cancelled.</summary>
    Cancelled,
}

/// <summary>A row of <c>jobs</c>. Times are UTC.</summary>
public sealed record JobRow
{
    /// <summary>The job's id.</summary>
    public required Guid JobId { get; init; }

    /// <summary>Its queue.</summary>
    public required string Queue { get; init; }

    /// <summary>The kind, which selects the handler.</summary>
    public required string Kind { get; init; }

    /// <summary>Its owner; null for none.</summary>
    public Guid? OwnerId { get; init; }

    /// <summary>What it is about: the key or id of a grain.</summary>
    public required string Subject { get; init; }

    /// <summary>The handler's input, JSON.</summary>
    public required string Payload { get; init; }

    /// <summary>Higher priorities run first.</summary>
    public int Priority { get; init; }

    /// <summary>Its state.</summary>
    public JobState State { get; init; }

    /// <summary>How many attempts were started.</summary>
    public int Attempts { get; init; }

    /// <summary>The number of failed attempts after which it is dead.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>When it is, or was, due.</summary>
    public DateTime RunAt { get; init; }

    /// <summary>When the lease expires unless it is renewed; null if no worker holds it.</summary>
    public DateTime? LeaseUntil { get; init; }

    /// <summary>Its current or last worker: machine and process.</summary>
    public string? Worker { get; init; }

    /// <summary>How much of it is done, 0 to 100.</summary>
    public int Progress { get; init; }

    /// <summary>The trace context (W3C <c>traceparent</c>).</summary>
    public string? TraceParent { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    /// <summary>For a dead job: whether its handler reported that no attempt can succeed; otherwise its attempts are exhausted.</summary>
    public bool FailedForGood { get; init; }

    /// <summary>When it was enqueued.</summary>
    public DateTime CreatedAt { get; init; }

    /// <summary>When the last attempt started.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>When it was done, dead or cancelled.</summary>
    public DateTime? FinishedAt { get; init; }
}

/// <summary>The right to complete a job, held by the worker that runs it. It is lost when another worker takes the job over.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Token">Known only to the lease's holder.</param>
public sealed record JobLease(Guid JobId, Guid Token);
