namespace AudioOrleans.Silo.Jobs;

/// <summary>
/// What a kind of job needs, and so which of a silo's workers do it: one kind never waits for the workers of another.
/// </summary>
public enum JobLane
{
    /// <summary>A core, for as long as it takes, and somebody waits: setting <c>Jobs__Workers</c>.</summary>
    Work,

    /// <summary>A core, but nobody waits: half as many, at least one.</summary>
    Quiet,

    /// <summary>Little of anything, and somebody waits: as many.</summary>
    Quick,

    /// <summary>A network, whose other end may be slow or ill-willed: four times as many.</summary>
    Outside,
}
