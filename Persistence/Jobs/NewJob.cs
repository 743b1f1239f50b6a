namespace AudioOrleans.Persistence.Jobs;

/// <summary>A job to be enqueued.</summary>
/// <param name="JobId">Its id; enqueued a second time it is the same job.</param>
/// <param name="Queue">The queue in which it is counted and capped.</param>
/// <param name="Kind">Which handler does it.</param>
/// <param name="OwnerId">Whose it is: owners take turns. Null: nobody's, which is one more owner.</param>
/// <param name="Subject">What it is about: the key or id of a grain.</param>
/// <param name="Payload">What the handler needs to know, JSON.</param>
public sealed record NewJob(Guid JobId, string Queue, string Kind, Guid? OwnerId, string Subject, string Payload)
{
    /// <summary>Higher ones go first, before all fairness.</summary>
    public int Priority { get; init; }

    /// <summary>After so many attempts that fail it is dead; at least 1.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The trace that it belongs to (W3C <c>traceparent</c>); null for the present activity's.</summary>
    public string? TraceParent { get; init; }
}
