using System.Diagnostics;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Silo.Jobs;

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
