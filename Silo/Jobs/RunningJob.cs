using AudioOrleans.Grains.Jobs;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Silo.Jobs;

/// <summary>Why a run was cancelled.</summary>
internal enum StopReason
{
    /// <summary>It was not cancelled.</summary>
    None,

    /// <summary>Somebody cancelled the job.</summary>
    Cancelled,

    /// <summary>Another worker has taken the job, or it has ended.</summary>
    Lost,

    /// <summary>The silo is stopping.</summary>
    GivenBack,
}

/// <summary>A job that this silo runs, with the data for its lease.</summary>
internal sealed class RunningJob(JobRow job, JobLease lease, long takenAt) : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private int _reason;

    /// <summary>The run as the handler sees it.</summary>
    public JobRun Run { get; } = new(job, lease);

    /// <summary>Cancels the handler's work.</summary>
    public CancellationToken StopToken => _stop.Token;

    /// <summary>Why it was cancelled; the first reason wins.</summary>
    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    /// <summary>When the lease was last renewed, as a timestamp; used by the renewal only.</summary>
    public long RenewedAt { get; set; } = takenAt;

    /// <summary>The progress stored in the database; used by the renewal only.</summary>
    public int KnownProgress { get; set; }

    /// <summary>Cancels the run.</summary>
    public void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None) != (int)StopReason.None)
            return;
        try
        {
            // On another thread: callbacks that the handler registered on its token must not block the caller.
            _ = _stop.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // The run has just ended.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stop.Dispose();
}
