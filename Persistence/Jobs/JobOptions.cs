using System.Collections.Immutable;
using AudioOrleans.Configuration;

namespace AudioOrleans.Persistence.Jobs;

/// <summary>Options for the job queue. Section <c>Jobs</c>.</summary>
public sealed record JobOptions : IValidatedOptions
{
    private const int MostWorkers = 1000;
    private const int HighestCap = 1_000_000;

    private static readonly TimeSpan ShortestLease = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public static string Section => "Jobs";

    /// <summary>How many jobs a silo runs concurrently; setting <c>Jobs__Workers</c>. One per core by default; 0 for none.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>How long a worker holds a job without renewing its lease, which it does after a third; setting <c>Jobs__Lease</c>. Must exceed clock skew.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause after the first failed attempt; doubled by each further one. Setting <c>Jobs__Backoff</c>.</summary>
    public TimeSpan Backoff { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The upper limit of the pause; setting <c>Jobs__MaxBackoff</c>.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long jobs survive outages of shared dependencies, such as the object store: such failures are retried until the job is this
    /// old, and then count like any other failure. Setting <c>Jobs__OutageRetryWindow</c>.
    /// </summary>
    public TimeSpan OutageRetryWindow { get; init; } = TimeSpan.FromDays(1);

    /// <summary>How long a stopping silo waits for its running jobs before it releases them; setting <c>Jobs__Drain</c>.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long done and cancelled jobs are kept; setting <c>Jobs__Retention</c>.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long dead letters are kept; setting <c>Jobs__DeadRetention</c>.</summary>
    public TimeSpan DeadRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How many jobs of one owner become due per minute, by queue; setting <c>Jobs__Caps__QUEUE</c>. A queue that is not listed has no cap.
    /// </summary>
    public IReadOnlyDictionary<string, int> Caps { get; init; } = ImmutableDictionary<string, int>.Empty;

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(Workers is >= 0 and <= MostWorkers, nameof(Workers), $"a number from 0 to {MostWorkers}");
        problems.Require(Lease >= ShortestLease, nameof(Lease), $"a time of at least {ShortestLease:c}");
        problems.Require(Backoff > TimeSpan.Zero, nameof(Backoff), "a time above zero, such as 00:00:02");
        problems.Require(MaxBackoff >= Backoff, nameof(MaxBackoff), "a time that is not below Jobs__Backoff, such as 00:05:00");
        problems.Require(OutageRetryWindow >= TimeSpan.Zero, nameof(OutageRetryWindow), "a time, such as 1.00:00:00");
        problems.Require(Drain >= TimeSpan.Zero, nameof(Drain), "a time, such as 00:00:05");
        problems.Require(Retention > TimeSpan.Zero, nameof(Retention), "a time above zero, such as 7.00:00:00");
        problems.Require(DeadRetention > TimeSpan.Zero, nameof(DeadRetention), "a time above zero, such as 30.00:00:00");
        foreach (var (queue, cap) in Caps)
            problems.In(nameof(Caps)).Require(cap is >= 1 and <= HighestCap, queue, $"jobs a minute, from 1 to {HighestCap}");
    }

    /// <summary>The interval between two jobs of one owner in a queue; null if there is no cap.</summary>
    internal TimeSpan? IntervalOf(string queue) => Caps.TryGetValue(queue, out var cap) ? TimeSpan.FromMinutes(1) / cap : null;

    /// <summary>The longest pause after this many attempts; the actual pause is random, up to it.</summary>
    internal TimeSpan LongestPause(int attempts)
    {
        // 30 doublings of a millisecond are days: stopping there avoids an overflow.
        var pause = Backoff.TotalSeconds * Math.Pow(2, Math.Clamp(attempts - 1, 0, 30));
        return pause < MaxBackoff.TotalSeconds ? TimeSpan.FromSeconds(pause) : MaxBackoff;
    }
}
