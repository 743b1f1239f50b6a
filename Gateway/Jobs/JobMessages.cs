using AudioOrleans.Gateway.Descriptions;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Jobs;

namespace AudioOrleans.Gateway.Jobs;

/// <summary>The query of <c>GET /v1/admin/jobs/peek</c>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="N">The number of jobs, 1 to 100; 10 by default.</param>
/// <param name="State"><c>queued</c>, the default, or <c>dead</c>.</param>
public readonly record struct PeekQuery(string? Queue, int? N, string? State)
{
    private const int Default = 10;
    private const int Most = 100;
    private const int LongestName = 100;

    /// <summary>The parsed query, or the errors of each of its fields.</summary>
    public (JobPeek Peek, IReadOnlyList<FieldProblem> Problems) ToPeek()
    {
        List<FieldProblem> problems = [];
        // The database does not accept a NUL in a text.
        if (string.IsNullOrEmpty(Queue) || Queue.Length > LongestName || Queue.Contains('\0', StringComparison.Ordinal))
            problems.Add(new FieldProblem("queue", "Expected the name of a queue, as the stats list it.", string.IsNullOrEmpty(Queue) ? FieldCodes.Required : FieldCodes.UnknownValue));
        if (N is not (null or (>= 1 and <= Most)))
            problems.Add(new FieldProblem("n", $"Expected 1 to {Most}.", FieldCodes.OutOfRange));
        if (State is not (null or "queued" or "dead"))
            problems.Add(new FieldProblem("state", "Expected queued or dead.", FieldCodes.UnknownValue));
        return (new JobPeek(Queue ?? "", N ?? Default, State == "dead"), problems);
    }
}

/// <summary>The body of <c>POST /v1/admin/jobs/purge-dlq</c>.</summary>
[Example("""{"confirm": "purge"}""")]
public sealed record JobPurge
{
    /// <summary>The word by which a request confirms a deletion.</summary>
    internal const string Word = "purge";

    /// <summary>Always <c>purge</c>: the deletion cannot be undone.</summary>
    public string? Confirm { get; init; }
}

/// <summary>A queue of <c>GET /v1/admin/jobs/stats</c>.</summary>
/// <param name="Queue">The queue.</param>
/// <param name="Waiting">The number of jobs waiting for a worker or until they are due.</param>
/// <param name="Running">The number of running jobs.</param>
/// <param name="DoneLastHour">The number of jobs completed in the last hour.</param>
/// <param name="Dead">The number of dead letters.</param>
/// <param name="OldestWaitingSeconds">How long the oldest waiting job has been waiting, in seconds; null when none is.</param>
public sealed record JobQueueResponse(string Queue, long Waiting, long Running, long DoneLastHour, long Dead, double? OldestWaitingSeconds)
{
    /// <summary>Maps the statistics that the grain returns.</summary>
    public static JobQueueResponse From(JobQueueStats queue) =>
        new JobQueueResponse(
            queue.Queue, queue.Waiting, queue.Running, queue.DoneLastHour, queue.Dead, queue.OldestWaiting is { } age ? Math.Round(age.TotalSeconds, 1) : null);
}

/// <summary>A job of <c>GET /v1/admin/jobs/peek</c>.</summary>
/// <param name="JobId">The job.</param>
/// <param name="Queue">Its queue.</param>
/// <param name="JobKind">The kind of job.</param>
/// <param name="OwnerId">Its owner; null for none.</param>
/// <param name="Subject">The resource that it works on.</param>
/// <param name="Priority">Higher priorities run first.</param>
/// <param name="State"><c>queued</c>, <c>running</c>, <c>done</c>, <c>dead</c> or <c>cancelled</c>.</param>
/// <param name="Attempts">How many attempts have begun.</param>
/// <param name="MaxAttempts">The number of failed attempts after which it is dead.</param>
/// <param name="Progress">Its progress in percent, 0 to 100.</param>
/// <param name="Worker">The worker that holds it, or held it last: machine and process.</param>
/// <param name="LastError">Why the last attempt failed.</param>
/// <param name="CreatedAt">When it was enqueued.</param>
/// <param name="RunAt">When it is or was due.</param>
/// <param name="StartedAt">When the last attempt began.</param>
/// <param name="FinishedAt">When it ended.</param>
public sealed record JobResponse(
    Guid JobId, string Queue, string JobKind, Guid? OwnerId, string Subject, int Priority, JobState State, int Attempts, int MaxAttempts, int Progress,
    string? Worker, string? LastError, DateTimeOffset CreatedAt, DateTimeOffset RunAt, DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt)
{
    /// <summary>Maps the details that the grain returns.</summary>
    public static JobResponse From(JobDetails job) =>
        new JobResponse(
            job.JobId, job.Queue, job.Kind, job.OwnerId, job.Subject, job.Priority, job.State, job.Attempts, job.MaxAttempts, job.Progress,
            job.Worker, job.Error, job.CreatedAt, job.RunAt, job.StartedAt, job.FinishedAt);
}

/// <summary>The response to <c>POST /v1/admin/jobs/purge-dlq</c>.</summary>
/// <param name="Purged">How many dead letters were deleted.</param>
public sealed record JobsPurged(int Purged);
