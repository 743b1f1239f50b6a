using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Silo.Jobs;

/// <summary>Does the jobs of one kind. Every silo must have the same handlers; jobs of a kind that none has wait.</summary>
public interface IJobHandler
{
    /// <summary>The kind that it does.</summary>
    string Kind { get; }

    /// <summary>Which workers do it.</summary>
    JobLane Lane => JobLane.Work;

    /// <summary>
    /// Does a job. It may run more than once, and twice at a time when a silo was taken for dead; what may be done once only belongs into
    /// the transaction that completes the job (<see cref="JobTable.CompleteAsync(Npgsql.NpgsqlTransaction, JobLease, CancellationToken)"/>).
    /// A job that its handler did not complete is completed when this returns.
    /// </summary>
    /// <param name="run">The job, the lease on it, and where to tell how far it is.</param>
    /// <param name="cancellationToken">The job was called off, another worker has it, or the silo stops.</param>
    /// <exception cref="JobFailedException">It can never succeed. Whatever else is thrown has it tried again.</exception>
    Task RunAsync(JobRun run, CancellationToken cancellationToken);

    /// <summary>Hears that a job is dead, or was called off by an admin, until this returns without an exception; once at least, and more often when a silo dies meanwhile.</summary>
    /// <param name="job">The job; its state says which.</param>
    /// <param name="reason">Why, as a sentence for a person.</param>
    /// <param name="cancellationToken">The silo stops, or this takes too long.</param>
    Task DiedAsync(JobRow job, string reason, CancellationToken cancellationToken);
}

/// <summary>A job can never succeed: it is not tried again, and its dead letter holds this sentence.</summary>
public sealed class JobFailedException(string message) : Exception(message);
