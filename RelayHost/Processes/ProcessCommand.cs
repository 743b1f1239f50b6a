using System.Collections.Immutable;

namespace AudioOrleans.RelayHost.Processes;

/// <summary>
/// What to run and how to end it. Arguments reach the program verbatim: no shell ever sees them.
/// </summary>
/// <param name="FileName">A program name, looked up in PATH, or a path.</param>
/// <param name="Arguments">The argument list, without the program's own name.</param>
public sealed record ProcessCommand(string FileName, params ImmutableArray<string> Arguments)
{
    /// <summary>The folder the program starts in; null for ours.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Variables added to (or, with null, removed from) the environment that the child inherits.</summary>
    public ImmutableDictionary<string, string?> Environment { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>A local user to drop to. Only root may set it: any other caller gets a <see cref="ProcessStartException"/>.</summary>
    public string? RunAsUser { get; init; }

    /// <summary>How long it may take to end after a SIGINT before its tree is killed.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>What the kernel sends the program if we die, even by kill -9.</summary>
    public DeathSignal DeathSignal { get; init; }

    /// <summary>
    /// True if the caller reads <see cref="ChildProcess.StandardOutput"/> to its end. Otherwise the output is read and dropped,
    /// so that no child ever hangs on a pipe that nobody empties.
    /// </summary>
    public bool ReadsOutput { get; init; }

    /// <summary>
    /// True if nobody waits for it: it is to run on the time that others leave. A kernel that groups processes by session compares
    /// sessions first, and each child has its own: so it is the session's niceness that counts there, and the process's elsewhere.
    /// </summary>
    public bool InBackground { get; init; }

    /// <summary>How many of the last lines of standard error are kept; a line is cut after 4 KiB.</summary>
    public int ErrorTailLines { get; init; } = 20;

    /// <summary>Called with each line of standard error, from the thread pool, one at a time.</summary>
    public Action<string>? OnErrorLine { get; init; }
}

/// <summary>What the kernel sends a child whose parent has died (prctl(2), PR_SET_PDEATHSIG).</summary>
public enum DeathSignal
{
    /// <summary>SIGKILL: cannot be refused.</summary>
    Kill,

    /// <summary>SIGINT: PostgreSQL shuts down in order.</summary>
    Interrupt,
}

/// <summary>How a child ended.</summary>
/// <param name="ExitCode">The exit code; 128 + the signal's number if a signal ended it, as shells report it.</param>
/// <param name="ErrorTail">The last lines of standard error, oldest first.</param>
public sealed record ProcessExit(int ExitCode, ImmutableArray<string> ErrorTail)
{
    /// <summary>The number of the signal that ended the child, or null if it exited by itself.</summary>
    public int? Signal => ExitCode is > 128 and <= 192 ? ExitCode - 128 : null;
}
