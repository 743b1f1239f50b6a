using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Grains.Jobs;

/// <summary>Runs the jobs of one kind. Every silo must have the same handlers; jobs of a kind without a handler wait.</summary>
public interface IJobHandler
{
    /// <summary>The kind of job that it runs.</summary>
    JobKind Kind { get; }

    /// <summary>How long a job waits after this many failed attempts; null for the queue's exponential backoff.</summary>
    TimeSpan? PauseAfter(int attempts) => null;

    /// <summary>
    /// Runs a job. It may run more than once, and twice concurrently if a silo was wrongly declared dead; anything that must happen once
    /// belongs in the transaction that completes the job (<see cref="EndJob"/>). A job that its handler did not complete is completed on return.
    /// </summary>
    /// <param name="run">The job, its lease, and its progress.</param>
    /// <param name="cancellationToken">Cancelled when the job is cancelled, another worker takes it, or the silo stops.</param>
    /// <exception cref="JobFailedException">The job can never succeed. It is retried after any other exception.</exception>
    Task RunAsync(JobRun run, CancellationToken cancellationToken);

    /// <summary>A job ended without success. Called until it returns without an exception: at least once, and again if a silo dies meanwhile.</summary>
    /// <param name="job">The job.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="cancellationToken">Cancelled when the silo stops, or this takes too long.</param>
    Task EndedAsync(JobRow job, JobEnd end, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Why a job ended without success.</summary>
public enum JobEndCause
{
    /// <summary>It can never succeed; the reason is shown to the user.</summary>
    Failed,

    /// <summary>All attempts failed; the reason is for operators.</summary>
    Exhausted,

    /// <summary>An admin cancelled it.</summary>
    Cancelled,
}

/// <summary>How a job ended without success.</summary>
/// <param name="Cause">The cause.</param>
/// <param name="Reason">Why, as a sentence.</param>
public sealed record JobEnd(JobEndCause Cause, string Reason);

/// <summary>One attempt at a job.</summary>
public sealed class JobRun(JobRow job, JobLease lease)
{
    private volatile int _progress;

    /// <summary>The job, as it was when the worker took it.</summary>
    public JobRow Job { get; } = job;

    /// <summary>The right to complete it.</summary>
    public JobLease Lease { get; } = lease;

    /// <summary>The last reported progress, 0 to 100 percent.</summary>
    public int Progress => _progress;

    /// <summary>Reports the progress, 0 to 100 percent; it is written to the database within a second.</summary>
    public void Report(int percent) => _progress = Math.Clamp(percent, 0, 100);
}

/// <summary>A job can never succeed: it is not retried, and its dead letter contains this message.</summary>
public sealed class JobFailedException(string message) : Exception(message);
