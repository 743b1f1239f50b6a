namespace AudioOrleans.Persistence.Jobs;

/// <summary>A job to enqueue.</summary>
/// <param name="JobId">Its id; enqueueing the same id again has no effect.</param>
/// <param name="Queue">The queue in which it is counted and capped.</param>
/// <param name="Kind">The kind, which selects the handler.</param>
/// <param name="OwnerId">Its owner: owners take turns. Null counts as one more owner.</param>
/// <param name="Subject">What it is about: the key or id of a grain.</param>
/// <param name="Payload">The handler's input, JSON.</param>
public sealed record NewJob(Guid JobId, string Queue, string Kind, Guid? OwnerId, string Subject, string Payload)
{
    /// <summary>Higher priorities run first, before fairness between owners.</summary>
    public int Priority { get; init; }

    /// <summary>The number of failed attempts after which it is dead; at least 1.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The trace context (W3C <c>traceparent</c>); null for the current activity's.</summary>
    public string? TraceParent { get; init; }
}
