using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>When a grain timer ticks and what it does to the activation.</summary>
public readonly struct GrainTimerCreationOptions
{
    /// <summary>With nothing set.</summary>
    public GrainTimerCreationOptions()
    {
    }

    /// <summary>With these times.</summary>
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Time to the first tick; <see cref="Timeout.InfiniteTimeSpan"/> for never.</summary>
    public required TimeSpan DueTime { get; init; }

    /// <summary>Time from the end of one tick to the next; <see cref="Timeout.InfiniteTimeSpan"/> for a single tick.</summary>
    public required TimeSpan Period { get; init; }

    /// <summary>The tick may interleave with calls; off unless asked for.</summary>
    public bool Interleave { get; init; }

    /// <summary>Each tick counts as use, so that the activation is not collected; off unless asked for.</summary>
    public bool KeepAlive { get; init; }
}
