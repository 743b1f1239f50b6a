namespace AudioOrleans.Persistence.Jobs;

/// <summary>What a kind of job needs, and so which of a silo's workers run it: one kind never waits for the workers of another.</summary>
public enum JobLane
{
    /// <summary>A core, for as long as it takes, and somebody waits: setting <c>Jobs__Workers</c>.</summary>
    Work,

    /// <summary>A core, but nobody waits: half as many, at least one.</summary>
    Quiet,

    /// <summary>Little of anything, and somebody waits: as many.</summary>
    Quick,

    /// <summary>The network, whose other end may be slow or malicious: four times as many.</summary>
    External,
}

/// <summary>A kind of job. It stands beside the handler that runs it.</summary>
/// <param name="Name">Its name in the table <c>jobs</c>.</param>
/// <param name="Queue">The queue in which it is counted and capped.</param>
/// <param name="Lane">Which workers run it.</param>
public sealed record JobKind(string Name, string Queue, JobLane Lane)
{
    /// <summary>Higher ones go first, before all fairness.</summary>
    public int Priority { get; init; }

    /// <summary>After so many failed attempts a job is dead.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>A job of this kind, to be enqueued.</summary>
    /// <param name="subject">What it is about: the key or id of a grain.</param>
    /// <param name="ownerId">Whose it is: owners take turns; null for nobody's.</param>
    /// <param name="payload">What its handler needs to know, JSON; most ask the grain instead.</param>
    public NewJob Create(string subject, Guid? ownerId = null, string payload = "{}") =>
        new(Guid.CreateVersion7(), Queue, Name, ownerId, subject, payload) { Priority = Priority, MaxAttempts = MaxAttempts };
}
