using System.Diagnostics;
using AudioOrleans.Persistence.Jobs;

namespace AudioOrleans.Silo.Jobs;

/// <summary>Continues the trace of whoever enqueued a job.</summary>
internal static class JobActivities
{
    private static readonly ActivitySource Source = new("Audio.Orleans");

    /// <summary>Begins the activity of a job's run; it ends when it is disposed.</summary>
    public static Activity Start(string what, JobRow job)
    {
        // Without the parent's, what the loop happens to run in would be the parent.
        Activity.Current = null;
        ActivityContext.TryParse(job.TraceParent, null, isRemote: true, out var parent);
        var name = $"{what} {job.Kind}";
        var activity = Source.StartActivity(name, ActivityKind.Consumer, parent);
        if (activity is null)
        {
            // Nobody listens: the ids go on all the same, into logs and into what the job enqueues.
            activity = new Activity(name);
            if (parent != default)
                activity.SetParentId(parent.TraceId, parent.SpanId, parent.TraceFlags);
            activity.Start();
        }
        return activity.SetTag("job.id", job.JobId).SetTag("job.queue", job.Queue).SetTag("job.attempt", job.Attempts);
    }
}
