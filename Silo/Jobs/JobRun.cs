using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Silo.Jobs;

/// <summary>One attempt at a job.</summary>
public sealed class JobRun(JobRow job, JobLease lease)
{
    private volatile int _progress;

    /// <summary>The job, as it was when it was taken.</summary>
    public JobRow Job { get; } = job;

    /// <summary>The right to complete it.</summary>
    public JobLease Lease { get; } = lease;

    /// <summary>How much is done, as it was told last: 0 to 100.</summary>
    public int Progress => _progress;

    /// <summary>Tells how much is done, 0 to 100; it stands in the database within a second.</summary>
    public void Report(int percent) => _progress = Math.Clamp(percent, 0, 100);
}
