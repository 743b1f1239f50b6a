using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Silo.Jobs;

/// <summary>Why a run was told to end.</summary>
internal enum StopReason
{
    /// <summary>It was not.</summary>
    None,

    /// <summary>Somebody called the job off.</summary>
    Cancelled,

    /// <summary>Another worker has the job, or it has ended.</summary>
    Lost,

    /// <summary>The silo stops.</summary>
    GivenBack,
}

/// <summary>A job that this silo runs, and what its lease needs.</summary>
internal sealed class RunningJob(JobRow job, JobLease lease, long takenAt) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private int _reason;

    /// <summary>What the handler sees of it.</summary>
    public JobRun Run { get; } = new(job, lease);

    /// <summary>Ends the handler's work.</summary>
    public CancellationToken StopToken => _stop.Token;

    /// <summary>Why it was told to end; the first reason stays.</summary>
    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    /// <summary>When the lease began anew, as a timestamp; only the renewal touches it.</summary>
    public long RenewedAt { get; set; } = takenAt;

    /// <summary>How much of the job the database knows to be done; only the renewal touches it.</summary>
    public int KnownProgress { get; set; }

    /// <summary>Tells it to end.</summary>
    public void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None) != (int)StopReason.None)
            return;
        try
        {
            // On another thread: what the handler hangs on its token must not hold up the one who stops.
            _ = _stop.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();
}
