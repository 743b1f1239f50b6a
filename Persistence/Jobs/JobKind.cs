namespace AudioOrleans.Persistence.Jobs;

/// <summary>The resources that a kind of job needs, which select the workers that run it: no kind waits for the workers of another lane.</summary>
public enum JobLane
{
    /// <summary>CPU-bound, and a user is waiting: setting <c>Jobs__Workers</c>.</summary>
    Work,

    /// <summary>CPU-bound, but nobody is waiting: half as many workers, at least one.</summary>
    Quiet,

    /// <summary>Short, and a user is waiting: as many workers.</summary>
    Quick,

    /// <summary>Network-bound, with a possibly slow or malicious peer: four times as many workers.</summary>
    External,
}

/// <summary>A kind of job. It is declared next to the handler that runs it.</summary>
/// <param name="Name">Its name in the table <c>jobs</c>.</param>
/// <param name="Queue">The queue in which it is counted and capped.</param>
/// <param name="Lane">Which workers run it.</param>
public sealed record JobKind(string Name, string Queue, JobLane Lane)
{
    /// <summary>Higher priorities run first, before fairness between owners.</summary>
    public int Priority { get; init; }

    /// <summary>The number of failed attempts after which a job is dead.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>Creates a job of this kind to enqueue.</summary>
    /// <param name="subject">What it is about: the key or id of a grain.</param>
    /// <param name="ownerId">Its owner: owners take turns; null for none.</param>
    /// <param name="payload">The handler's input as JSON; most handlers get it from the grain instead.</param>
    public NewJob Create(string subject, Guid? ownerId = null, string payload = "{}") =>
        new(Guid.CreateVersion7(), Queue, Name, ownerId, subject, payload) { Priority = Priority, MaxAttempts = MaxAttempts };
}
