using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Jobs;

/// <summary>Runs the jobs of one kind. Every silo must have the same handlers; jobs of a kind that none has wait.</summary>
public interface IJobHandler
{
    /// <summary>The kind that it runs.</summary>
    JobKind Kind { get; }

    /// <summary>How long a job waits after so many failed attempts; null for the queue's exponential backoff.</summary>
    TimeSpan? PauseAfter(int attempts) => null;

    /// <summary>
    /// Runs a job. It may run more than once, and twice at a time when a silo was taken for dead; what may be done once only belongs into
    /// the transaction that completes the job (<see cref="EndJob"/>). A job that its handler did not complete is completed when this returns.
    /// </summary>
    /// <param name="run">The job, the lease on it, and where to report its progress.</param>
    /// <param name="cancellationToken">The job was cancelled, another worker has it, or the silo stops.</param>
    /// <exception cref="JobFailedException">It can never succeed. Whatever else is thrown has it tried again.</exception>
    Task RunAsync(JobRun run, CancellationToken cancellationToken);

    /// <summary>A job ended without success. Called until it returns without an exception: once at least, and more often when a silo dies meanwhile.</summary>
    /// <param name="job">The job.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="cancellationToken">The silo stops, or this takes too long.</param>
    Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>How a job ended that did not succeed.</summary>
public enum JobEndCause
{
    /// <summary>It can never succeed; the reason is for the user.</summary>
    Failed,

    /// <summary>It was tried to the end; the reason is for operators.</summary>
    Exhausted,

    /// <summary>An admin cancelled it.</summary>
    Cancelled,
}

/// <summary>How a job ended that did not succeed.</summary>
/// <param name="Cause">What ended it.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record JobEnd(JobEndCause Cause, string Reason);

/// <summary>One attempt at a job.</summary>
public sealed class JobRun(JobRow job, JobLease lease)
{
    private volatile int _progress;

    /// <summary>The job, as it was when it was taken.</summary>
    public JobRow Job { get; } = job;

    /// <summary>The right to complete it.</summary>
    public JobLease Lease { get; } = lease;

    /// <summary>The progress that was reported last, 0 to 100 percent.</summary>
    public int Progress => _progress;

    /// <summary>Reports the progress, 0 to 100 percent; it is in the database within a second.</summary>
    public void Report(int percent) => _progress = Math.Clamp(percent, 0, 100);
}

/// <summary>A job can never succeed: it is not tried again, and its dead letter holds this sentence.</summary>
public sealed class JobFailedException(string message) : Exception(message);
