using AudioOrleans.Persistence.GrainStates;

namespace AudioOrleans.Persistence.Jobs;

/// <summary>The resources that a kind of job needs, which select the workers that run it: no kind waits for the workers of another lane.</summary>
public enum JobLane
{
    /// <summary>CPU-bound, and a user is waiting: setting <c>Jobs__Workers</c>.</summary>
    Work,

    /// <summary>CPU-bound, but nobody is waiting: half as many workers, at least one.</summary>
    Quiet,

    /// <summary>Short, and a user is waiting: as many workers.</summary>
    Quick,

    /// <summary>Network-bound, with a possibly slow or malicious peer: four times as many workers.</summary>
    External,

    /// <summary>One at a time on each silo, because the peer limits how often it may be asked.</summary>
    OneByOne,
}

/// <summary>A kind of job. It is declared next to the handler that runs it.</summary>
/// <param name="Name">Its name in the table <c>jobs</c>.</param>
/// <param name="Queue">The queue in which it is counted and capped.</param>
/// <param name="Lane">Which workers run it.</param>
public sealed record JobKind(string Name, string Queue, JobLane Lane)
{
    /// <summary>Higher priorities run first, before fairness between owners.</summary>
    public int Priority { get; init; }

    /// <summary>The number of failed attempts after which a job is dead.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Creates a job of this kind to enqueue.</summary>
    /// <param name="subject">What it is about: the key or id of a grain.</param>
    /// <param name="ownerId">Its owner: owners take turns; null for none.</param>
    /// <param name="payload">The handler's input as JSON; most handlers get it from the grain instead.</param>
    public NewJob Create(string subject, Guid? ownerId = null, string payload = "{}") =>
        new(Guid.CreateVersion7(), Queue, Name, ownerId, subject, payload) { Priority = Priority, MaxAttempts = MaxAttempts };
}

/// <summary>A job to enqueue.</summary>
/// <param name="JobId">Its id; enqueueing the same id again has no effect.</param>
/// <param name="Queue">The queue in which it is counted and capped.</param>
/// <param name="Kind">The kind, which selects the handler.</param>
/// <param name="OwnerId">Its owner: owners take turns. Null counts as one more owner.</param>
/// <param name="Subject">What it is about: the key or id of a grain.</param>
/// <param name="Payload">The handler's input, JSON.</param>
public sealed record NewJob(Guid JobId, string Queue, string Kind, Guid? OwnerId, string Subject, string Payload)
{
    /// <summary>Higher priorities run first, before fairness between owners.</summary>
    public int Priority { get; init; }

    /// <summary>The number of failed attempts after which it is dead; at least 1.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The trace context (W3C <c>traceparent</c>); null for the current activity's.</summary>
    public string? TraceParent { get; init; }
}

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
public sealed class LeaseLostException() : Exception("The worker no longer holds the job.");
