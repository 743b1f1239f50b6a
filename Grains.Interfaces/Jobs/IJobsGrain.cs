namespace AudioOrleans.Grains.Interfaces.Jobs;

/// <summary>The job queue, for admins. A stateless worker: key <see cref="GrainKeys.Shared"/>.</summary>
[Alias("audio.jobs.IJobsGrain")]
public interface IJobsGrain : IGrainWithStringKey
{
    /// <summary>How each queue stands that has anything to tell, by name.</summary>
    /// <exception cref="AudioException">Forbidden for others than admins.</exception>
    [Alias("GetStats")]
    Task<ImmutableArray<JobQueueStats>> GetStats(Caller caller);

    /// <summary>The next jobs of a queue in the order in which they will run, or its dead letters, the latest first.</summary>
    /// <exception cref="AudioException">Forbidden for others than admins.</exception>
    [Alias("Peek")]
    Task<ImmutableArray<JobDetails>> Peek(Caller caller, JobPeek peek);

    /// <summary>Has a job tried again that is dead or cancelled, with all attempts before it; answers how it stands then.</summary>
    /// <exception cref="AudioException">NotFound; Conflict in any other state; Forbidden for others than admins.</exception>
    [Alias("Retry")]
    Task<JobDetails> Retry(Caller caller, Guid jobId);

    /// <summary>Calls a job off: one that waits is cancelled at once, one that runs when its worker hears of it.</summary>
    /// <exception cref="AudioException">NotFound; Conflict when it has ended; Forbidden for others than admins.</exception>
    [Alias("Cancel")]
    Task<JobDetails> Cancel(Caller caller, Guid jobId);

    /// <summary>Deletes all dead letters but those whose owners do not know yet; answers how many.</summary>
    /// <exception cref="AudioException">Forbidden for others than admins.</exception>
    [Alias("PurgeDead")]
    Task<int> PurgeDead(Caller caller);
}
