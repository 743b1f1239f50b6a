namespace AudioOrleans.Persistence.Jobs;

/// <summary>Where a job is in its life; it ends in one of the last three.</summary>
public enum JobState
{
    /// <summary>It waits, for a worker or for its time.</summary>
    Queued,

    /// <summary>A worker has a lease on it.</summary>
    Running,

    /// <summary>It succeeded.</summary>
    Done,

    /// <summary>It failed for good: a dead letter.</summary>
    Dead,

    /// <summary>It was called off.</summary>
    Cancelled,
}

/// <summary>A row of <c>jobs</c>. Times are UTC.</summary>
public sealed record JobRow
{
    /// <summary>The job.</summary>
    public required Guid JobId { get; init; }

    /// <summary>Its queue.</summary>
    public required string Queue { get; init; }

    /// <summary>Which handler does it.</summary>
    public required string Kind { get; init; }

    /// <summary>Whose it is; null for nobody's.</summary>
    public Guid? OwnerId { get; init; }

    /// <summary>What it is about: the key or id of a grain.</summary>
    public required string Subject { get; init; }

    /// <summary>What the handler needs to know, JSON.</summary>
    public required string Payload { get; init; }

    /// <summary>Higher ones go first.</summary>
    public int Priority { get; init; }

    /// <summary>Where it is in its life.</summary>
    public JobState State { get; init; }

    /// <summary>How many attempts have begun.</summary>
    public int Attempts { get; init; }

    /// <summary>After so many attempts that fail it is dead.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>When it is or was due.</summary>
    public DateTime RunAt { get; init; }

    /// <summary>Until when a worker has it, unless that renews the lease; null when none has.</summary>
    public DateTime? LeaseUntil { get; init; }

    /// <summary>Who has it, or had it last: machine and process.</summary>
    public string? Worker { get; init; }

    /// <summary>How much of it is done, 0 to 100.</summary>
    public int Progress { get; init; }

    /// <summary>The trace that it belongs to (W3C <c>traceparent</c>).</summary>
    public string? TraceParent { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? Error { get; init; }

    /// <summary>Of a dead job: its handler said that no attempt can succeed; otherwise it was tried to the end.</summary>
    public bool FailedForGood { get; init; }

    /// <summary>When it was enqueued.</summary>
    public DateTime CreatedAt { get; init; }

    /// <summary>When the last attempt began.</summary>
    public DateTime? StartedAt { get; init; }

    /// <summary>When it was done, dead or cancelled.</summary>
    public DateTime? FinishedAt { get; init; }
}

/// <summary>The right to end a job: who has it runs the job. It is lost when another worker takes the job over.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Token">Known to the lease's holder alone.</param>
public sealed record JobLease(Guid JobId, Guid Token);
