using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Persistence.Jobs;

/// <summary>Enqueues a job with a grain's state: it exists if and only if the state was written.</summary>
/// <param name="Job">The job.</param>
public sealed record EnqueueJob(NewJob Job) : IStateEffect
{
    /// <inheritdoc/>
    public async ValueTask ApplyAsync(StateWrite write)
    {
        await write.Service<JobTable>().EnqueueAsync(write.Transaction, Job, write.CancellationToken);
    }
}

/// <summary>Completes a job with the state that holds its result.</summary>
/// <param name="Lease">The lease of the worker that ran it.</param>
public sealed record EndJob(JobLease Lease) : IStateEffect
{
    /// <inheritdoc/>
    /// <exception cref="LeaseLostException">Another worker has taken the job, or it has ended.</exception>
    public async ValueTask ApplyAsync(StateWrite write)
    {
        if (!await write.Service<JobTable>().CompleteAsync(write.Transaction, Lease, write.CancellationToken))
            throw new LeaseLostException();
    }
}

/// <summary>Cancels all jobs whose subject is the grain, together with its state. Their handlers are not notified: they would notify the grain itself.</summary>
public sealed record CancelJobs : IStateEffect
{
    /// <inheritdoc/>
    public async ValueTask ApplyAsync(StateWrite write)
    {
        await write.Service<JobTable>().CancelSubjectAsync(write.Transaction, write.Grain.Key.ToString()!, write.CancellationToken);
    }
}

/// <summary>The caller no longer holds the job that it completes: the write is rolled back.</summary>
public sealed class LeaseLostException() : Exception("The job is not held any more.");
