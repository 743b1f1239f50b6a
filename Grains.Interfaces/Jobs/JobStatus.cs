namespace Audio.Orleans.Contracts.Jobs;

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
