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
