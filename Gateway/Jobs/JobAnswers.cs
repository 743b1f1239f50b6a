using AudioOrleans.Grains.Interfaces.Jobs;

namespace AudioOrleans.Gateway.Jobs;

/// <summary>A queue of <c>GET /v1/admin/jobs/stats</c>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Waiting">How many jobs wait, for a worker or for their time.</param>
/// <param name="Running">How many run.</param>
/// <param name="DoneLastHour">How many were done in the last hour.</param>
/// <param name="Dead">How many dead letters there are.</param>
/// <param name="OldestWaitingSeconds">For how long the oldest of those that wait does, in seconds; null when none does.</param>
public sealed record JobQueueResponse(string Queue, long Waiting, long Running, long DoneLastHour, long Dead, double? OldestWaitingSeconds)
{
    /// <summary>From what the grain tells.</summary>
    public static JobQueueResponse From(JobQueueStats queue) =>
        new JobQueueResponse(
            queue.Queue, queue.Waiting, queue.Running, queue.DoneLastHour, queue.Dead, queue.OldestWaiting is { } age ? Math.Round(age.TotalSeconds, 1) : null);
}

/// <summary>A job of <c>GET /v1/admin/jobs/peek</c>.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="JobKind">What kind of work it is.</param>
/// <param name="OwnerId">Whose it is; null for nobody's.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Priority">Higher ones go first.</param>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>done</c>, <c>dead</c> or <c>cancelled</c>.</param>
/// <param name="Attempts">How many attempts have begun.</param>
/// <param name="MaxAttempts">After so many attempts that fail it is dead.</param>
/// <param name="Progress">How much of it is done, 0 to 100.</param>
/// <param name="Worker">Who has it, or had it last: machine and process.</param>
/// <param name="LastError">Why the last attempt failed.</param>
/// <param name="CreatedAt">When it was enqueued.</param>
/// <param name="RunAt">When it is or was due.</param>
/// <param name="StartedAt">When the last attempt began.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record JobResponse(
    Guid JobId, string Queue, string JobKind, Guid? OwnerId, string Subject, int Priority, JobStatus State, int Attempts, int MaxAttempts, int Progress,
    string? Worker, string? LastError, DateTimeOffset CreatedAt, DateTimeOffset RunAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    /// <summary>From what the grain tells.</summary>
    public static JobResponse From(JobDetails job) =>
        new JobResponse(
            job.JobId, job.Queue, job.Kind, job.OwnerId, job.Subject, job.Priority, job.State, job.Attempts, job.MaxAttempts, job.Progress,
            job.Worker, job.Error, job.CreatedAt, job.RunAt, job.StartedAt, job.FinishedAt);
}

/// <summary>The answer to <c>POST /v1/admin/jobs/purge-dlq</c>.</summary>
/// <param name="Purged">How many dead letters were deleted.</param>
public sealed record JobsPurged(int Purged);
