using System.Diagnostics;
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

/// <summary>Continues the trace in which a job was enqueued.</summary>
internal static class JobActivities
{
    private static readonly ActivitySource Source = new("Audio.Orleans");

    /// <summary>Starts the activity of a job's run; it ends when it is disposed.</summary>
    public static Activity Start(string what, JobRow job)
    {
        // Otherwise the loop's current activity would become the parent if the job has none.
        Activity.Current = null;
        ActivityContext.TryParse(job.TraceParent, null, isRemote: true, out var parent);
        var name = $"{what} {job.Kind}";
        var activity = Source.StartActivity(name, ActivityKind.Consumer, parent);
        if (activity is null)
        {
            // There is no listener: the ids are still propagated, to logs and to the jobs that this one enqueues.
            activity = new Activity(name);
            if (parent != default)
                activity.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
            activity.Start();
        }
        return activity.SetTag("job.id", job.JobId).SetTag("job.queue", job.Queue).SetTag("job.attempt", job.Attempts);
    }
}
